public import Accounts
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// Explains why credentials with a LoginKey are accepted or refused.
///
/// It never shows an expected signature, spends nothing and writes nothing down: it is for the administrator's own
/// command line.
public struct LoginKeyExplainer: Sendable {
    private let store: any AccountStore
    private let verifier: LoginKeyVerifier
    private let now: Int64

    /// Makes an explainer.
    ///
    /// - Parameters:
    ///   - store: Where groups, keys and users are.
    ///   - clockTolerance: As the server has it, in seconds.
    ///   - now: Unix time in seconds.
    public init(store: any AccountStore, clockTolerance: Int64, at now: Int64) {
        self.store = store
        self.verifier = LoginKeyVerifier(clockTolerance: clockTolerance)
        self.now = now
    }

    /// The credentials, once they can be read.
    private struct Presented {
        let key: AccountReference
        let loginKey: LoginKey
        /// The spellings of the expiry that may have been signed.
        var expiries: [String]
    }

    /// Explains credentials in the form in which they travel: a form or JSON body, a query or a whole URL.
    public func explain(_ text: String) async throws(AccountsError) -> Explanation {
        var explanation = Explanation()
        guard let fields = read(text, &explanation), let presented = read(fields, &explanation) else {
            return explanation
        }
        guard let snapshot = try await store.snapshot(of: presented.key, at: now) else {
            switch presented.key {
            case .partner(let partnerID, _), .person(let partnerID, _):
                explanation.fail("group", "no group has the PartnerId \(partnerID)")
            case .username(let username):
                explanation.fail("user", "no user has the user name \(username)")
            }
            return explanation
        }
        explanation.pass("group", "\(snapshot.group.partnerID) is \"\(snapshot.group.name)\"")
        guard try await explainSignature(presented, snapshot, &explanation) else { return explanation }
        explainTime(presented.loginKey, &explanation)
        try await explainUse(presented.loginKey, snapshot.group, &explanation)
        try await explainUser(snapshot, presented.key, &explanation)
        return explanation
    }
}

// MARK: Reading

extension LoginKeyExplainer {
    private func read(_ text: String, _ explanation: inout Explanation) -> FieldSet? {
        let text = text.trimmingPrefix(while: \.isWhitespace)
        guard !text.hasPrefix("$1$") else {
            explanation.fail(
                "parameters",
                "this is a LoginKey alone; give what it travels with too: partnerid=…&partneruserid=…&loginkey=…"
            )
            return nil
        }
        var fields = FieldSet()
        do {
            if text.hasPrefix("{") {
                try fields.add(json: Array(text.utf8))
            } else if let mark = text.firstIndex(of: "?") {
                try fields.add(query: text[text.index(after: mark)...].prefix { $0 != "#" })
            } else {
                try fields.add(form: Array(text.utf8))
            }
        } catch {
            switch error {
            case .duplicate: explanation.fail("parameters", "a parameter is given twice; each may be given once")
            case .malformed:
                explanation.fail(
                    "parameters",
                    "these are no parameters: each is name=value, a raw & or % in a value is percent-encoded, and the "
                        + "text is UTF-8"
                )
            case .tooMany: explanation.fail("parameters", "there are too many parameters")
            }
            return nil
        }
        explanation.pass("parameters", fields.names.isEmpty ? "none" : fields.names.joined(separator: ", "))
        return fields
    }

    private func read(_ fields: FieldSet, _ explanation: inout Explanation) -> Presented? {
        let spelling = LoginKeySpelling(fields)
        for fault in spelling.faults {
            explanation.fail("spelling of the LoginKey", fault)
        }
        do {
            let credentials = try LoginKeyCredentials(
                partnerID: fields.nonEmpty(ParameterName.partnerID),
                partnerUserID: spelling.partnerUserID,
                username: spelling.username,
                loginKey: spelling.mended
            )
            if spelling.faults.isEmpty {
                explanation.pass(
                    "spelling",
                    "the LoginKey is well formed and expires at \(credentials.loginKey.expires)"
                )
            } else {
                explanation.pass("mended", "the checks below are made as if the LoginKey were spelled right")
            }
            let key: AccountReference =
                switch credentials {
                case .partner(let partnerID, let partnerUserID, _): .partner(partnerID, partnerUserID)
                case .account(let username, _): .username(username)
                }
            let expiries = ["\(credentials.loginKey.expires)", spelling.wrongExpiry].compactMap(\.self)
            return Presented(key: key, loginKey: credentials.loginKey, expiries: expiries)
        } catch {
            if spelling.faults.isEmpty || error.code == .missingCredentials {
                explanation.fail("spelling", error.message)
            }
            return nil
        }
    }
}

// MARK: Checks

extension LoginKeyExplainer {
    private func explainSignature(
        _ presented: Presented,
        _ snapshot: AccountSnapshot,
        _ explanation: inout Explanation
    ) async throws(AccountsError) -> Bool {
        let partnerID = snapshot.group.partnerID
        let partnerUserID: PartnerUserID?
        switch presented.key {
        case .partner(_, let presentedID): partnerUserID = presentedID
        case .username, .person: partnerUserID = snapshot.user?.partnerUserID
        }
        guard let partnerUserID else {
            explanation.fail("user", "the user has no PartnerUserId, so no LoginKey can be made for them")
            return false
        }
        let keys = try await store.apiKeys(of: partnerID)
        guard !keys.isEmpty else {
            explanation.fail("signature", "the group has no API key: make one with `latchkey apikey create`")
            return false
        }
        let match = keys.first { key in
            presented.expiries.contains { expiry in
                let message = "\(partnerID)\(partnerUserID)1\(expiry)"
                return verifier.isSigned(presented.loginKey, as: message, with: key.apiKey)
            }
        }
        guard let match else {
            explanation.fail(
                "signature",
                try await MistakeFinder(store: store, verifier: verifier, keys: keys, expiries: presented.expiries)
                    .explain(presented.loginKey, partnerID, partnerUserID)
            )
            return false
        }
        let name = "API key \(match.id)" + (match.label.isEmpty ? "" : " (\(match.label))")
        switch match.state(at: now) {
        case .active, .retiring:
            explanation.pass("signature", "made with \(name)")
            return true
        case .retired:
            explanation.fail("signature", "made with \(name), which was retired: the caller still uses an old key")
        case .revoked:
            explanation.fail("signature", "made with \(name), which was revoked: the caller still uses an old key")
        }
        return false
    }

    private func explainMissingUser(_ key: AccountReference) async throws(AccountsError) -> String {
        if case .partner(let partnerID, let presented) = key {
            let forms = [
                ("C", Provisioning.normalFormC(presented.text)), ("D", Provisioning.normalFormD(presented.text)),
            ]
            for (name, text) in forms where Array(text.utf8) != Array(presented.text.utf8) {
                guard let other = try? PartnerUserID(parsing: text),
                    let user = try await store.snapshot(of: .partner(partnerID, other), at: now)?.user
                else { continue }
                return "the group has no user with this PartnerUserId, but \(user.username) has it in Unicode form "
                    + "\(name): sign and send it in that form"
            }
        }
        return "the group has no user with this PartnerUserId: add one with `latchkey user add`"
    }

    private func explainTime(_ loginKey: LoginKey, _ explanation: inout Explanation) {
        let ahead = loginKey.expires - now
        if ahead <= 0 {
            explanation.fail(
                "time",
                "expired \(-ahead) seconds ago; if it was just made with a life of 3600 seconds, the maker's clock is "
                    + "about \(3600 - ahead) seconds slow"
            )
        } else if ahead > LoginKey.maximumLifetime + verifier.clockTolerance {
            explanation.fail(
                "time",
                "expires in \(ahead) seconds, which is more than a day: if it was just made with a life of 3600 "
                    + "seconds, the maker's clock is about \(ahead - 3600) seconds fast"
            )
        } else {
            explanation.pass("time", "good for another \(ahead) seconds")
        }
    }

    private func explainUse(
        _ loginKey: LoginKey,
        _ group: Group,
        _ explanation: inout Explanation
    ) async throws(AccountsError) {
        let firstUse = try await store.firstUse(of: SpentCredential(loginKey, window: 0))
        guard let firstUse, group.usePolicy != .off else {
            explanation.pass("use", "not used up; the group's use policy is \(group.usePolicy.rawValue)")
            return
        }
        let window = group.usePolicy == .window ? UsePolicy.windowSeconds : 0
        if now < firstUse + window {
            explanation.pass("use", "first used \(now - firstUse) seconds ago; usable for \(window) seconds from then")
        } else {
            explanation.fail(
                "use",
                "first used \(now - firstUse) seconds ago, and the group's use policy is \(group.usePolicy.rawValue): "
                    + "make a key for each click, or set the policy to off if the integration has to cache keys"
            )
        }
    }

    private func explainUser(
        _ snapshot: AccountSnapshot,
        _ key: AccountReference,
        _ explanation: inout Explanation
    ) async throws(AccountsError) {
        guard let user = snapshot.user else {
            explanation.fail("user", try await explainMissingUser(key))
            return
        }
        guard user.state == .active else {
            explanation.fail("user", "\(user.username) is \(user.state.rawValue)")
            return
        }
        explanation.pass("user", "\(user.username), \(user.displayName)")
        let privileges = snapshot.effectivePrivileges
        let role = snapshot.role.map { "role \"\($0.name)\"" } ?? "no role"
        if privileges.isEmpty {
            explanation.fail("privileges", "none: \(role) and the group leave nothing")
        } else {
            explanation.pass("privileges", "\(privileges.names.count) of \(PrivilegeSet.names.count), \(role)")
        }
    }
}
