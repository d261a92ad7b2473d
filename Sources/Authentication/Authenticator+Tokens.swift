package import Accounts
package import LoginKey
internal import ServiceTokens
internal import WireProtocol

// What follows a sign-in: tokens, cookies and tickets. The user's state is read again at every exchange.

extension Authenticator {
    /// Decides on what an earlier sign-in has left behind, which is exchanged for a token.
    func authenticate(sessionID text: String, attempt: Attempt) async throws(AccountsError) -> Decision {
        try await decide(onSignIn: text, attempt) { reference, claim throws(AccountsError) in
            try await decide(on: reference, claim, attempt)
        }
    }

    /// Decides on the cookie that a browser asks for a page with.
    ///
    /// A grant is not a separate audit event: what is done with it is.
    package func authorize(sessionID text: String, attempt: Attempt) async throws(AccountsError) -> Decision {
        try await decide(onSignIn: text, attempt) { reference, claim throws(AccountsError) in
            try await decideOnBearer(reference, claim, attempt)
        }
    }

    private func decide(
        onSignIn text: String,
        _ attempt: Attempt,
        _ decide: (AccountReference, Claim) async throws(AccountsError) -> Decision
    ) async throws(AccountsError) -> Decision {
        var claim = Claim(kind: "gssnid")
        let verified = Result { () throws(TokenError) in try signers.sessionID.verify(text, at: attempt.seconds) }
        switch verified {
        case .success(let signIn):
            claim.root = signIn.root
            return try await decide(.person(signIn.partnerID, signIn.userID), claim)
                .mapGrant { $0.signInEnds = signIn.ends }
        case .failure(let error):
            return try await refuse(error, claim, attempt)
        }
    }

    /// Decides on an `authToken`, or on an access token.
    ///
    /// A grant is not a separate audit event: what is done with it is.
    package func authorize(token: String, attempt: Attempt) async throws(AccountsError) -> Decision {
        if token.hasPrefix(AccessToken.prefix) {
            return try await authorize(accessToken: token, attempt: attempt)
        }
        let claims: AuthClaims
        do {
            claims = try signers.auth.verify(token, at: attempt.seconds)
        } catch {
            return try await refuse(error, Claim(kind: "token"), attempt)
        }
        guard let partnerID = try? PartnerID(parsing: claims.groupId) else {
            return try await refuse(.malformed, Claim(kind: "token"), attempt)
        }
        let claim = Claim(partnerID: partnerID, actor: claims.puid, kind: "token", root: claims.root)
        // A page's or a client's token, were it stolen, is not to change accounts.
        guard !attempt.mustBeAdministrator || claims.service == TokenService.webServices.rawValue else {
            return try await refuse(.malformed, claim, attempt)
        }
        return try await decideOnBearer(.person(partnerID, User.ID(claims.sub)), claim, attempt)
    }

    private func authorize(accessToken text: String, attempt: Attempt) async throws(AccountsError) -> Decision {
        guard let (token, partnerID) = try await store.accessToken(digest: AccessToken.digest(of: text)) else {
            return try await refuse(.malformed, Claim(kind: "access token"), attempt)
        }
        let claim = Claim(partnerID: partnerID, actor: "access token \(token.id)", kind: "access token")
        if let end = token.endsAt, attempt.seconds >= end { return try await refuse(.expired, claim, attempt) }
        return try await decideOnBearer(.person(partnerID, token.userID), claim, attempt)
    }

    private func decideOnBearer(
        _ key: AccountReference,
        _ claim: Claim,
        _ attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let snapshot = try await store.snapshot(of: key, at: attempt.seconds)
        let outcome = snapshot.map { admit($0, claim, attempt) } ?? refusal(.unknownGroup, claim, attempt)
        if case .refused = outcome.value {
            try await store.append([outcome.event])
        }
        return outcome.value
    }

    /// Spends a view ticket and decides on its user.
    package func redeem(ticket: String, attempt: Attempt) async throws(AccountsError) -> Decision {
        let claims: TicketClaims
        do {
            claims = try signers.ticket.verify(ticket, at: attempt.seconds)
        } catch {
            return try await refuse(error, Claim(kind: "ticket"), attempt)
        }
        guard let partnerID = try? PartnerID(parsing: claims.groupId) else {
            return try await refuse(.malformed, Claim(kind: "ticket"), attempt)
        }
        let spent = SpentCredential(identity: Array(claims.jti.utf8), window: 0, forgetAt: claims.exp + 3600)
        let key = AccountReference.person(partnerID, User.ID(claims.sub))
        var attempt = attempt
        attempt.correlationID = CorrelationID(claims.cid) ?? attempt.correlationID
        let continuesSignIn = claims.continuesSignIn ?? false
        if continuesSignIn { attempt.action = .pageOpened }
        let claim = Claim(partnerID: partnerID, kind: "ticket", root: claims.root)
        let decision = try await decide(on: key, claim, attempt, spending: spent)
        return decision.mapGrant { grant in
            grant.signInEnds = claims.end == 0 ? nil : claims.end
            grant.continuesSignIn = continuesSignIn
            grant.correlationID = attempt.correlationID
        }
    }

    /// Decides on a user whose credential has already been checked.
    ///
    /// - Parameters:
    ///   - key: The user.
    ///   - claim: For the audit.
    ///   - attempt: When, from where, what for.
    ///   - spent: What is used up by this, if anything.
    ///   - launch: What a decision means for the launch that the credential belongs to; `nil` without one.
    ///   - objection: What speaks against it nevertheless, with a detail for the audit; asked once the credential is
    ///     spent.
    /// - Returns: The decision.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    func decide(
        on key: AccountReference,
        _ claim: Claim,
        _ attempt: Attempt,
        spending spent: SpentCredential? = nil,
        launch: (@Sendable (Decision) -> LaunchUpdate?)? = nil,
        objection: @escaping @Sendable () -> (RefusalReason, String)? = { nil }
    ) async throws(AccountsError) -> Decision {
        try await store.evaluate(on: key, at: attempt.seconds) { [self] snapshot in
            var claim = claim
            claim.partnerID = snapshot?.group.partnerID ?? claim.partnerID
            claim.actor = snapshot?.user?.partnerUserID?.text ?? snapshot?.user?.username.text ?? claim.actor
            guard let snapshot else { return Evaluation(outcome: refusal(.unknownGroup, claim, attempt)) }
            let otherwise = refusal(.alreadyUsed, claim, attempt)
            let outcome =
                objection().map { refusal($0, claim, attempt, detail: $1) } ?? admit(snapshot, claim, attempt)
            return Evaluation(
                outcome: outcome,
                spend: spent.map { ($0, otherwise) },
                launch: launch?(outcome.value)
            )
        }
    }

    func refuse(
        _ error: TokenError,
        _ claim: Claim,
        _ attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let reason: RefusalReason
        switch error {
        case .expired: reason = .expiredToken
        case .malformed, .wrongSignature: reason = .invalidToken
        }
        return try await refuse(because: reason, claim, attempt)
    }

    func refuse(
        because reason: RefusalReason,
        _ claim: Claim,
        _ attempt: Attempt,
        detail: String = ""
    ) async throws(AccountsError) -> Decision {
        let outcome = refusal(reason, claim, attempt, detail: detail)
        try await store.append([outcome.event])
        return outcome.value
    }
}

extension Authenticator {
    /// Decides whether a CRM user, for whom the CRM has vouched, may do what the attempt asks for.
    ///
    /// A grant is not a separate audit event: what is done with it is.
    ///
    /// - Parameters:
    ///   - partnerUserID: The user, as the CRM has named them.
    ///   - partnerID: The group.
    ///   - kind: What the CRM vouched with, for the audit.
    ///   - root: What the sign-in depends on; `nil` if neither an API key nor a password.
    ///   - attempt: When, from where, what for.
    /// - Returns: The grant, or the refusal.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authorize(
        _ partnerUserID: PartnerUserID,
        in partnerID: PartnerID,
        by kind: String,
        root: SignInRoot? = nil,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let claim = Claim(partnerID: partnerID, actor: partnerUserID.text, kind: kind, root: root)
        return try await decideOnBearer(.partner(partnerID, partnerUserID), claim, attempt)
    }

    /// Decides whether a CRM user, for whom the CRM has vouched, could sign in, and with which privileges.
    ///
    /// It signs nobody in: it tells a panel which buttons to show, and whether to make a LoginKey.
    ///
    /// - Parameters:
    ///   - partnerUserID: The user, as the CRM has named them.
    ///   - partnerID: The group.
    ///   - kind: What the CRM vouched with, for the audit.
    ///   - root: What the sign-in depends on; `nil` if neither an API key nor a password.
    ///   - spent: What the CRM vouched with, to be used up.
    ///   - attempt: When, from where, what for.
    /// - Returns: The grant that a sign-in would have, or the refusal.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func preview(
        _ partnerUserID: PartnerUserID,
        in partnerID: PartnerID,
        by kind: String,
        root: SignInRoot? = nil,
        spending spent: SpentCredential? = nil,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let claim = Claim(partnerID: partnerID, actor: partnerUserID.text, kind: kind, root: root)
        return try await decide(on: .partner(partnerID, partnerUserID), claim, attempt, spending: spent)
    }
}
