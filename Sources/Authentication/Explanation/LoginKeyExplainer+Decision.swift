internal import Accounts
internal import LoginKey

// MARK: The decision

extension LoginKeyExplainer {
    /// A decision by the server, with the circumstances that had to be changed for it.
    private struct Outcome {
        var decision: Decision
        var record: TransactionRecord
        /// What is wrong with the time; checked separately, so that later problems show too.
        var wrongTime: String?
        /// Whether the LoginKey is in a URL where it may not be.
        var mayNotStandInURL = false

        var isSignatureMismatch: Bool {
            if case .refused(.signatureMismatch) = decision { true } else { false }
        }
    }

    func explain(_ presented: Presented, _ explanation: inout Explanation) async throws(AccountsError) {
        let reference = presented.reference
        var snapshot = try await authenticator.store.snapshot(of: reference, at: now)
        let mustBeVersion2 = snapshot?.group.requiresVersion2Keys == true
        // So that the rest can be explained too.
        snapshot?.group.requiresVersion2Keys = false
        let outcome = decide(presented, snapshot)
        guard let snapshot else { return try await explainMissing(presented, &explanation) }
        explanation.pass("group", "\(snapshot.group.partnerID) is \"\(snapshot.group.name)\"")
        if mustBeVersion2 {
            explanation.fail(
                "version",
                "the group insists on version 2, and this is version 1: see docs/loginkey-2.md, or run `latchkey group update "
                    + "\(snapshot.group.partnerID) --no-require-version-2`"
            )
        }
        guard try await explainSignature(presented, snapshot, outcome, &explanation) else { return }
        if let wrong = outcome.wrongTime {
            explanation.fail("time", wrong)
        } else {
            explanation.pass("time", "good for another \(presented.loginKey.expires - now) seconds")
        }
        if presented.isFromURL { explainURL(snapshot.group, mayNot: outcome.mayNotStandInURL, &explanation) }
        try await explainUse(snapshot.group, outcome.record, &explanation)
        try await explainUser(
            presented.credentials.partnerUserID(in: snapshot),
            snapshot,
            outcome.decision,
            &explanation
        )
    }

    /// Decides as the server does; if time or place is wrong, once more without that check.
    private func decide(_ presented: Presented, _ snapshot: AccountSnapshot?) -> Outcome {
        var attempt = attempt(isFromURL: presented.isFromURL)
        var outcome = decide(presented.credentials, attempt, snapshot)
        let loginKey = presented.loginKey
        if case .refused(let reason) = outcome.decision, [.expired, .expiresTooLate].contains(reason) {
            let wrong = timeFault(of: loginKey)
            attempt.time = (loginKey.expires - 1) * 1000
            outcome = decide(presented.credentials, attempt, snapshot)
            outcome.wrongTime = wrong
        }
        if case .refused(.loginKeyURLNotAllowed) = outcome.decision {
            let wrong = outcome.wrongTime
            attempt.isFromURL = false
            outcome = decide(presented.credentials, attempt, snapshot)
            (outcome.wrongTime, outcome.mayNotStandInURL) = (wrong, true)
        }
        return outcome
    }

    private func decide(
        _ credentials: LoginKeyCredentials,
        _ attempt: Attempt,
        _ snapshot: AccountSnapshot?
    ) -> Outcome {
        let transaction = LoginKeyTransaction(authenticator, credentials, attempt) { _ in }
        let record = transaction.evaluate(on: snapshot)
        return Outcome(decision: transaction.decision ?? .refused(.unreadableRequest), record: record)
    }

    private func attempt(isFromURL: Bool) -> Attempt {
        var generator = SystemRandomNumberGenerator()
        return Attempt(
            time: now * 1000,
            correlationID: CorrelationID(using: &generator),
            source: "",
            purpose: "explain",
            isFromURL: isFromURL
        )
    }
}

extension LoginKeyExplainer.Presented {
    var reference: AccountReference {
        switch credentials {
        case .partner(let partnerID, let partnerUserID, _): .partner(partnerID, partnerUserID)
        case .account(let username, _): .username(username)
        }
    }
}

// MARK: Group and signature

extension LoginKeyExplainer {
    private func explainMissing(
        _ presented: Presented,
        _ explanation: inout Explanation
    ) async throws(AccountsError) {
        switch presented.credentials {
        case .account(let username, _): explanation.fail("user", "no user has the user name \(username)")
        case .partner(let partnerID, let user, _):
            let finder = finder(partnerID, user, presented)
            let other = try await finder.otherGroup(presented.loginKey, [])
            explanation.fail(
                "group",
                "no group has the PartnerId \(partnerID)" + (other.map { "; \($0)" } ?? "; see `latchkey group list`")
            )
        }
    }

    private func finder(_ partnerID: PartnerID, _ user: PartnerUserID, _ presented: Presented) -> MistakeFinder {
        MistakeFinder(
            store: authenticator.store,
            partnerID: partnerID,
            partnerUserID: user,
            expiries: presented.expiries
        )
    }

    /// Whether there is anything to check after the signature.
    private func explainSignature(
        _ presented: Presented,
        _ snapshot: AccountSnapshot,
        _ outcome: Outcome,
        _ explanation: inout Explanation
    ) async throws(AccountsError) -> Bool {
        guard let partnerUserID = presented.credentials.partnerUserID(in: snapshot) else {
            explanation.fail("user", "the user has no PartnerUserId, so no LoginKey can be made for them")
            return false
        }
        let finder = finder(snapshot.group.partnerID, partnerUserID, presented)
        let keys = try await authenticator.store.apiKeys(of: finder.partnerID)
        let match = signer(of: presented, "\(finder.partnerID)\(partnerUserID)", among: keys)
        if let fault = try await signatureFault(outcome.decision, match, among: keys, presented.loginKey, finder) {
            explanation.fail("signature", fault)
            return false
        }
        explanation.pass("signature", "made with \(match?.nameAndLabel ?? "")")
        return !outcome.isSignatureMismatch
    }

    /// The key that has made the LoginKey for the ids, with any spelling of the expiry.
    private func signer(of presented: Presented, _ ids: String, among keys: [APIKeyRecord]) -> APIKeyRecord? {
        let messages = presented.expiries.map { "\(ids)1\($0)" }
        return keys.first { key in
            guard let apiKey = key.apiKey else { return false }
            return messages.contains { authenticator.verifier.isSigned(presented.loginKey, as: $0, with: apiKey) }
        }
    }

    /// What is wrong with the signature; `nil` for nothing, or if the wrong spelling of the expiry was signed, which is said
    /// already.
    private func signatureFault(
        _ decision: Decision,
        _ match: APIKeyRecord?,
        among keys: [APIKeyRecord],
        _ loginKey: LoginKey,
        _ finder: MistakeFinder
    ) async throws(AccountsError) -> String? {
        let name = match?.nameAndLabel ?? ""
        switch decision {
        case .refused(.noAPIKey) where keys.allSatisfy { $0.apiKey == nil }: return Self.missingSecret(keys)
        case .refused(.apiKeyRevoked): return "made with \(name), which was revoked: the caller still uses an old key"
        case .refused(let reason) where reason == .apiKeyRetired || reason.isOfKeys && match?.isValid(at: now) == false:
            return "made with \(name), which was retired: the caller still uses an old key"
        case .refused(.signatureMismatch) where match == nil: return try await finder.explain(loginKey, keys: keys)
        default: return nil
        }
    }

    private static func missingSecret(_ keys: [APIKeyRecord]) -> String {
        keys.isEmpty
            ? "the group has no API key: make one with `latchkey apikey create`"
            : "the group has public keys only, which check version 2: make a secret with `latchkey apikey create`, "
                + "or make LoginKeys of version 2"
    }
}

extension APIKeyRecord {
    fileprivate var nameAndLabel: String { "API key \(id)" + (label.isEmpty ? "" : " (\(label))") }
}

extension RefusalReason {
    /// Whether no API key matched: the server no longer looks at an old one.
    fileprivate var isOfKeys: Bool { self == .noAPIKey || self == .signatureMismatch }
}

extension LoginKeyCredentials {
    /// Whom the signature must be for.
    func partnerUserID(in snapshot: AccountSnapshot) -> PartnerUserID? {
        switch self {
        case .partner(_, let partnerUserID, _): partnerUserID
        case .account: snapshot.user?.partnerUserID
        }
    }
}

// MARK: Time, place and use

extension LoginKeyExplainer {
    private func timeFault(of loginKey: LoginKey) -> String {
        let ahead = loginKey.expires - now
        guard ahead > 0 else {
            return
                "expired \(-ahead) seconds ago: it was made too early, such as when the page was loaded and not at the "
                + "click; or, if it was just made with a life of 3600 seconds, the maker's clock is about \(3600 - ahead) "
                + "seconds slow"
        }
        let tooFar =
            "expires in \(ahead) seconds, which is too far ahead: a LoginKey may live a day at most, and a minute "
            + "is enough"
        guard ahead <= 2 * LoginKey.maximumLifetime else { return tooFar }
        return tooFar + "; or, if it was just made with a life of 3600 seconds, the maker's clock is about "
            + "\(ahead - 3600) seconds fast"
    }

    func explainURL(_ group: Group, mayNot: Bool, _ explanation: inout Explanation) {
        if mayNot {
            explanation.fail(
                "place",
                "the LoginKey stands in a URL, and the group accepts none there: post it as a form, or run `latchkey group "
                    + "update \(group.partnerID) --login-key-urls`"
            )
        } else {
            explanation.pass("place", "the group accepts LoginKeys in URLs")
        }
    }

    private func explainUse(
        _ group: Group,
        _ record: TransactionRecord,
        _ explanation: inout Explanation
    ) async throws(AccountsError) {
        guard let spent = record.spends, let firstUse = try await authenticator.store.firstUse(of: spent) else {
            explanation.pass("use", "not used up; the group's use policy is \(group.usePolicy.rawValue)")
            return
        }
        if spent.isReusable(at: now, firstUse: firstUse) {
            explanation.pass(
                "use",
                "first used \(now - firstUse) seconds ago; usable for \(spent.window) seconds from then"
            )
        } else {
            explanation.fail(
                "use",
                "first used \(now - firstUse) seconds ago, and the group's use policy is \(group.usePolicy.rawValue): "
                    + "make a key for each click, or set the policy to off if the integration has to cache keys"
            )
        }
    }
}

// MARK: The user

extension LoginKeyExplainer {
    func explainUser(
        _ partnerUserID: PartnerUserID?,
        _ snapshot: AccountSnapshot,
        _ decision: Decision,
        _ explanation: inout Explanation
    ) async throws(AccountsError) {
        switch decision {
        case .refused(.unknownUser):
            explanation.fail("user", try await missingUser(partnerUserID, snapshot))
        case .refused(let reason):
            let user = snapshot.user.flatMap { $0.state == .active ? nil : "\($0.username) is \($0.state.rawValue)" }
            explanation.fail("user", user ?? "refused: \(reason)")
        case .granted(let grant):
            explanation.pass("user", "\(grant.user.username), \(grant.user.displayName)")
            let role = snapshot.role.map { "role \"\($0.name)\"" } ?? "no role"
            let count = grant.privileges.names.count
            explanation.pass(
                "privileges",
                count == 0
                    ? "none: \(role) and the group leave nothing, so they can sign in and do nothing"
                    : "\(count) of \(PrivilegeSet.names.count), \(role)"
            )
        }
    }

    private func missingUser(
        _ partnerUserID: PartnerUserID?,
        _ snapshot: AccountSnapshot
    ) async throws(AccountsError) -> String {
        var other: String?
        if let partnerUserID {
            let finder = MistakeFinder(
                store: authenticator.store,
                partnerID: snapshot.group.partnerID,
                partnerUserID: partnerUserID,
                expiries: []
            )
            other = try await finder.explainMissingUser()
        }
        return other ?? "the group has no user with this PartnerUserId: add one with `latchkey user add`"
    }
}
