package import Accounts
internal import LoginKey
internal import ServiceTokens

// From the page that opens a protocol URL to the client that redeems its ticket.

extension Authenticator {
    /// Spends a launch ticket and decides on its user.
    ///
    /// The ticket is spent by whoever presents it first, with a valid proof or not: a stolen one is useless to the
    /// thief, and its owner learns that it was stolen.
    func authenticate(_ proof: ClientProof, attempt: Attempt) async throws(AccountsError) -> Decision {
        let claims: LaunchTicketClaims
        do {
            claims = try signers.launchTicket.verify(proof.ticket, at: attempt.seconds)
        } catch {
            return try await refuse(error, Claim(kind: "launch ticket"), attempt)
        }
        guard let partnerID = try? PartnerID(parsing: claims.groupId), let id = CorrelationID(claims.jti) else {
            return try await refuse(.malformed, Claim(kind: "launch ticket"), attempt)
        }
        let userID = User.ID(claims.sub)
        let isEnrolled = try await store.enrolledClients(of: userID).contains { $0.key == proof.key }
        let isProven = proof.isValid
        var attempt = attempt
        attempt.correlationID = CorrelationID(claims.cid) ?? attempt.correlationID
        let spent = SpentCredential(identity: Array(claims.jti.utf8), window: 0, forgetAt: claims.exp + 3600)
        let claim = Claim(partnerID: partnerID, kind: "launch ticket \(id)", root: claims.root)
        let launch: @Sendable (Decision) -> LaunchUpdate? = {
            LaunchUpdate(LaunchChange($0, of: proof.key), of: .launch(id), in: partnerID)
        }
        let decision = try await decide(
            on: .person(partnerID, userID),
            claim,
            attempt,
            spending: spent,
            launch: launch
        ) {
            if !isProven { return (.wrongClientProof, "") }
            return isEnrolled ? nil : (.clientNotEnrolled, proof.key.text)
        }
        return decision.mapGrant { $0.correlationID = attempt.correlationID }
    }

    /// Reads a launch ticket without spending it, for the client that asks its user before it goes on.
    ///
    /// - Returns: Whose it is; `nil` if it is no longer valid. It signs nobody in.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func owner(
        ofLaunchTicket ticket: String,
        at now: Int64
    ) async throws(AccountsError) -> (snapshot: AccountSnapshot, id: CorrelationID, correlationID: CorrelationID)? {
        guard let claims = try? signers.launchTicket.verify(ticket, at: now), let id = CorrelationID(claims.jti),
            let partnerID = try? PartnerID(parsing: claims.groupId), let correlationID = CorrelationID(claims.cid),
            let snapshot = try await store.snapshot(of: .person(partnerID, User.ID(claims.sub)), at: now),
            snapshot.user != nil, snapshot.trusts(claims.root)
        else { return nil }
        return (snapshot, id, correlationID)
    }
}

extension LaunchChange {
    /// What a decision on a launch ticket means.
    ///
    /// - Parameters:
    ///   - decision: The decision.
    ///   - key: The key of the client that presented the ticket.
    fileprivate init(_ decision: Decision, of key: ClientKey) {
        switch decision {
        case .granted: self = .signedIn
        case .refused(.clientNotEnrolled): self = .notEnrolled(key)
        case .refused: self = .refused
        }
    }
}
