internal import Accounts
internal import LoginKey
internal import WireCodec

// MARK: Version 2

extension LoginKeyExplainer {
    func explainVersion2(
        _ fields: FieldSet,
        _ text: String,
        isFromURL: Bool,
        _ explanation: inout Explanation
    ) async throws(AccountsError) {
        let presented: BoundPresentation
        do {
            presented = try BoundPresentation(fields, text)
        } catch {
            let hint = error.code == .missingCredentials ? "" : BoundPresentation.hint(fields)
            return explanation.fail("spelling", error.message + hint)
        }
        let loginKey = presented.loginKey
        explanation.pass(
            "spelling",
            "version 2, \(loginKey.algorithm.rawValue), API key \(loginKey.keyID), for \(loginKey.purposeText) at "
                + "\(loginKey.audience); it expires at \(loginKey.expires)"
        )
        guard let snapshot = try await explainGroup(presented.credentials, &explanation) else { return }
        guard let user = presented.credentials.partnerUserID(in: snapshot) else {
            return explanation.fail("user", "the user has no PartnerUserId, so no LoginKey can be made for them")
        }
        guard let record = try await explainKey(loginKey, snapshot.group.partnerID, &explanation),
            try await explainSignature(loginKey, user, snapshot.group.partnerID, record, &explanation)
        else { return }
        explainState(record, &explanation)
        explainTime(loginKey, &explanation)
        explainBinding(presented, &explanation)
        if isFromURL { explainURL(snapshot.group, mayNot: !snapshot.group.allowsLoginKeyURLs, &explanation) }
        try await explainUse(loginKey, &explanation)
        try await explainUser(user, snapshot, decision(on: snapshot), &explanation)
    }

    private func explainGroup(
        _ credentials: LoginKeyCredentials,
        _ explanation: inout Explanation
    ) async throws(AccountsError) -> AccountSnapshot? {
        let reference: AccountReference =
            switch credentials {
            case .partner(let partnerID, let partnerUserID, _): .partner(partnerID, partnerUserID)
            case .account(let username, _): .username(username)
            }
        guard let snapshot = try await authenticator.store.snapshot(of: reference, at: now) else {
            switch credentials {
            case .partner(let partnerID, _, _):
                explanation.fail("group", "no group has the PartnerId \(partnerID); see `latchkey group list`")
            case .account(let username, _): explanation.fail("user", "no user has the user name \(username)")
            }
            return nil
        }
        explanation.pass("group", "\(snapshot.group.partnerID) is \"\(snapshot.group.name)\"")
        return snapshot
    }

    /// Finds the API key that the LoginKey names.
    private func explainKey(
        _ loginKey: BoundLoginKey,
        _ group: PartnerID,
        _ explanation: inout Explanation
    ) async throws(AccountsError) -> APIKeyRecord? {
        let keys = try await authenticator.store.apiKeys(of: group)
        guard let record = keys.first(where: { $0.id.number == loginKey.keyID }) else {
            let names = keys.map { "\($0.id)" }.joined(separator: ", ")
            explanation.fail(
                "API key",
                "group \(group) has no API key with the id \(loginKey.keyID); "
                    + (keys.isEmpty
                        ? "it has none: see `latchkey apikey create`" : "it has \(names): see `latchkey apikey list`")
            )
            return nil
        }
        guard record.key.algorithm == loginKey.algorithm else {
            explanation.fail(
                "API key",
                "API key \(record.id) is \(record.key.kindText) and checks \(record.key.algorithm.rawValue), but the key is signed "
                    + "with \(loginKey.algorithm.rawValue)"
            )
            return nil
        }
        explanation.pass(
            "API key",
            "\(record.id)" + (record.label.isEmpty ? "" : " (\(record.label))") + ", \(record.key.kindText)"
        )
        return record
    }

    private func explainState(_ record: APIKeyRecord, _ explanation: inout Explanation) {
        guard !record.isValid(at: now) else { return }
        let what = record.isRevoked ? "revoked" : "retired"
        explanation.fail("API key", "API key \(record.id) was \(what): the caller still uses an old key")
    }

    private func explainTime(_ loginKey: BoundLoginKey, _ explanation: inout Explanation) {
        switch authenticator.verifier.timeFault(expires: loginKey.expires, at: now) {
        case nil: explanation.pass("time", "good for another \(loginKey.expires - now) seconds")
        case .some(.expired):
            explanation.fail(
                "time",
                "expired \(now - loginKey.expires) seconds ago: make the key at the click, and look at the maker's clock"
            )
        default:
            explanation.fail(
                "time",
                "expires in \(loginKey.expires - now) seconds, which is too far ahead: a day at most, and a minute is enough"
            )
        }
    }

    /// Where and for what it is valid.
    private func explainBinding(_ presented: BoundPresentation, _ explanation: inout Explanation) {
        let loginKey = presented.loginKey
        let own = authenticator.audiences.map(\.text)
        if own.contains(loginKey.audience) {
            explanation.pass("audience", loginKey.audience)
        } else {
            explanation.fail(
                "audience",
                "it is for \(loginKey.audience), and this server is \(own.joined(separator: ", ")): see http.publicURL and "
                    + "http.aliases in `latchkey configuration`"
            )
        }
        guard presented.isRequestKnown else {
            return explanation.pass(
                "purpose",
                "\(loginKey.purposeText), and nothing else; give the whole URL to have that compared"
            )
        }
        if let purpose = presented.purpose, purpose.text == loginKey.purposeText {
            return explanation.pass("purpose", purpose.text)
        }
        let needed =
            presented.purpose.map { "the request needs a key for \($0)" }
            ?? "the request names two sessions, or a malformed one, and takes no key of version 2"
        explanation.fail("purpose", "it is for \(loginKey.purposeText), and \(needed)")
    }

    private func explainUse(
        _ loginKey: BoundLoginKey,
        _ explanation: inout Explanation
    ) async throws(AccountsError) {
        guard let firstUse = try await authenticator.store.firstUse(of: SpentCredential(loginKey)) else {
            return explanation.pass("use", "not used yet; it is good once")
        }
        explanation.fail("use", "used \(now - firstUse) seconds ago, and it is good once: make a key for each click")
    }

    /// What the server decides about the user once the key is right.
    private func decision(on snapshot: AccountSnapshot) -> Decision {
        var generator = SystemRandomNumberGenerator()
        let attempt = Attempt(
            time: now * 1000,
            correlationID: CorrelationID(using: &generator),
            source: "",
            purpose: "explain"
        )
        return authenticator.admit(snapshot, Authenticator.Claim(), attempt).value
    }
}

extension VerificationKey {
    /// What people call it.
    var kindText: String {
        switch self {
        case .secret: "a secret"
        case .ed25519: "an Ed25519 public key"
        }
    }
}

// MARK: The signature

extension LoginKeyExplainer {
    private func explainSignature(
        _ loginKey: BoundLoginKey,
        _ user: PartnerUserID,
        _ group: PartnerID,
        _ record: APIKeyRecord,
        _ explanation: inout Explanation
    ) async throws(AccountsError) -> Bool {
        guard !authenticator.verifier.isSigned(loginKey, for: user, in: group, with: record.key) else {
            explanation.pass("signature", "made with API key \(record.id) for this PartnerId and PartnerUserId")
            return true
        }
        explanation.fail("signature", try await signatureMistake(loginKey, user, group, record))
        return false
    }

    private func signatureMistake(
        _ loginKey: BoundLoginKey,
        _ user: PartnerUserID,
        _ group: PartnerID,
        _ record: APIKeyRecord
    ) async throws(AccountsError) -> String {
        let verifier = authenticator.verifier
        let finder = MistakeFinder(store: authenticator.store, partnerID: group, partnerUserID: user, expiries: [])
        let other = try await finder.firstUser { other in
            guard let id = other.partnerUserID, id != user,
                verifier.isSigned(loginKey, for: id, in: group, with: record.key)
            else { return nil }
            guard !finder.isName(user, of: other) else {
                return "the user name or e-mail address of \(other.username) was sent in place of the PartnerUserId "
                    + "\(MistakeFinder.quoted(other)), which was signed; send that"
            }
            return "it is right for another user of the group, \(other.username), whose PartnerUserId is "
                + "\(MistakeFinder.quoted(other)): send the PartnerUserId that was signed"
        }
        if let other { return other }
        let diagnosis = BoundSignatureDiagnosis(
            loginKey: loginKey,
            partnerID: group.text,
            partnerUserID: user.text,
            key: record.key
        )
        if let mistake = diagnosis.mistake() { return mistake }
        if let mistake = try await otherKey(loginKey, user, group, record) { return mistake }
        return
            "API key \(record.id) did not make this signature for PartnerId \(group) and PartnerUserId \"\(user)\": was the key "
            + "changed on its way, or made with another API key? docs/loginkey-2.md says what is signed"
    }

    /// Looks for the group or API key that was used instead of the right one.
    private func otherKey(
        _ loginKey: BoundLoginKey,
        _ user: PartnerUserID,
        _ group: PartnerID,
        _ record: APIKeyRecord
    ) async throws(AccountsError) -> String? {
        let verifier = authenticator.verifier
        for other in try await authenticator.store.groups() {
            let id = other.partnerID
            if id != group, verifier.isSigned(loginKey, for: user, in: id, with: record.key) {
                return "it was signed for another PartnerId, \(id), but sent to group \(group): sign and send the same"
            }
            for key in try await authenticator.store.apiKeys(of: id) where key.id != record.id {
                guard verifier.isSigned(loginKey, for: user, in: group, with: key.key) else { continue }
                return id == group
                    ? "it was made with API key \(key.id), but names \(record.id): the id has to be that of the key"
                    : "it was made with an API key of another group, \(id) (\"\(other.name)\"): use a key of group \(group)"
            }
        }
        return nil
    }
}
