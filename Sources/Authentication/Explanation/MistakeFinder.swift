internal import Accounts
internal import LoginKey

/// Finds out what an integrator has signed instead of the right message, with what the store knows.
struct MistakeFinder {
    let store: any GroupStore & APIKeyStore & UserStore
    let partnerID: PartnerID
    let partnerUserID: PartnerUserID
    /// The spellings of the expiry that may have been signed.
    let expiries: [String]

    /// The maximum number of the group's users that are tried.
    private static let maximumUsers = 100_000

    /// What is wrong with a signature that no API key of the group has made for the group and the user.
    func explain(_ loginKey: LoginKey, keys: [APIKeyRecord]) async throws(AccountsError) -> String {
        let own = keys.compactMap(\.apiKey)
        if let finding = try await otherUser(loginKey, own) { return finding }
        let diagnosis = SignatureDiagnosis(
            partnerID: partnerID.text,
            partnerUserID: partnerUserID.text,
            expiries: expiries,
            apiKeys: own
        )
        if let finding = diagnosis.mistake(in: loginKey) { return finding }
        if let finding = try await otherGroup(loginKey, own) { return finding }
        return "no API key of the group made this signature for PartnerId \(partnerID) and PartnerUserId "
            + "\"\(partnerUserID)\": check that the API key is this group's, and that the message is PartnerId, "
            + "PartnerUserId, 1 and the expiry, joined by nothing, in UTF-8"
    }

    // MARK: Users

    /// Says which spelling would find a user who was not found; `nil` if none would.
    func explainMissingUser() async throws(AccountsError) -> String? {
        let sent = partnerUserID.text
        return try await firstUser { user in
            if isName(partnerUserID, of: user) {
                return "the group has no user with this PartnerUserId: it is the user name or e-mail address of "
                    + "\(user.username), whose PartnerUserId is \(Self.quoted(user)); sign and send that"
            }
            guard let difference = user.partnerUserID.flatMap({ IdentifierVariant.difference(of: sent, from: $0.text) })
            else { return nil }
            return "the group has no user with this PartnerUserId, but \(user.username) has the PartnerUserId "
                + "\(Self.quoted(user)), and is the same user: it was signed and sent \(difference); sign and send it as "
                + "the group has it"
        }
    }

    private func otherUser(_ loginKey: LoginKey, _ keys: [APIKey]) async throws(AccountsError) -> String? {
        try await firstUser { user in
            if let right = user.partnerUserID, right != partnerUserID, isSigned(loginKey, partnerID, right.text, keys) {
                return explain(user, right)
            }
            let names = [user.username.text, user.email].filter { !$0.isEmpty && $0 != partnerUserID.text }
            guard names.contains(where: { isSigned(loginKey, partnerID, $0, keys) }) else { return nil }
            return "the user name or e-mail address of \(user.username) was signed in place of the PartnerUserId "
                + Self.quoted(user)
        }
    }

    private func explain(_ user: User, _ right: PartnerUserID) -> String {
        if isName(partnerUserID, of: user) {
            return "the user name or e-mail address of \(user.username) was sent in place of the PartnerUserId "
                + "\(Self.quoted(user)), which was signed; send that"
        }
        guard let difference = IdentifierVariant.difference(of: partnerUserID.text, from: right.text) else {
            return "the signature is right for another user of the group, \(user.username): is the PartnerUserId taken "
                + "from the right field?"
        }
        return
            "the signature is right for \(user.username), whose PartnerUserId is \(Self.quoted(user)), and it is the "
            + "same user: it was sent \(difference); send it as it was signed, blanks as %20"
    }

    /// Whether what was sent is a user's name or e-mail address.
    func isName(_ sent: PartnerUserID, of user: User) -> Bool {
        [user.username.text, user.email].contains { $0.utf8.elementsEqual(sent.text.utf8) }
    }

    static func quoted(_ user: User) -> String { "\"\(user.partnerUserID?.text ?? "")\"" }

    func firstUser(_ finding: (User) -> String?) async throws(AccountsError) -> String? {
        var last: User.ID?
        var count = 0
        while count < Self.maximumUsers {
            let users = try await store.users(of: partnerID, after: last, limit: 1000)
            for user in users where user.state != .deleted {
                if let finding = finding(user) { return finding }
            }
            guard let newest = users.last else { return nil }
            last = newest.id
            count += users.count
        }
        return nil
    }

    // MARK: Groups

    /// Looks for the group whose id or API key was used.
    func otherGroup(_ loginKey: LoginKey, _ own: [APIKey]) async throws(AccountsError) -> String? {
        for group in try await store.groups() where group.partnerID != partnerID {
            let other = group.partnerID
            let keys = try await store.apiKeys(of: other).compactMap(\.apiKey)
            if isSigned(loginKey, other, partnerUserID.text, keys) {
                return
                    "the LoginKey is right for group \(other) (\"\(group.name)\"), but was sent to group \(partnerID): send "
                    + "partnerid=\(other)"
            }
            if isSigned(loginKey, partnerID, partnerUserID.text, keys) {
                return "it was made with an API key of another group, \(other) (\"\(group.name)\"): use a key of group "
                    + partnerID.text
            }
            if isSigned(loginKey, other, partnerUserID.text, own) {
                return
                    "it was signed for another PartnerId, \(other), with the API key of group \(partnerID): sign and send "
                    + "the same PartnerId"
            }
        }
        return nil
    }

    private func isSigned(_ loginKey: LoginKey, _ group: PartnerID, _ user: String, _ keys: [APIKey]) -> Bool {
        let signature = loginKey.identity
        return expiries.contains { expiry in
            let message = Array("\(group)\(user)1\(expiry)".utf8)
            return keys.contains { key in
                key.withSecretBytes { SignatureDiagnosis.isSigned(signature, message, $0) }
            }
        }
    }
}
