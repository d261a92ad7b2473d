internal import Accounts
internal import LoginKey
internal import WireCodec

/// Finds out what an integrator has signed instead of the right message, by trying the usual mistakes.
struct MistakeFinder {
    let store: any AccountStore
    let verifier: LoginKeyVerifier
    let keys: [APIKeyRecord]
    /// The spellings of the expiry that may have been signed.
    let expiries: [String]

    /// How many users of the group are tried at the most.
    private static let maximumUsers = 100_000

    func explain(
        _ loginKey: LoginKey,
        _ partnerID: PartnerID,
        _ partnerUserID: PartnerUserID
    ) async throws(AccountsError) -> String {
        let name = partnerUserID.text
        for (finding, first, second) in variants(partnerID.text, name) {
            if isSigned(loginKey, first, second) { return finding }
        }
        if let user = try await otherUser(loginKey, partnerID) {
            return "the signature is right for another user of the group, \(user.username): "
                + "is the PartnerUserId taken from the right field?"
        }
        return "no API key of the group made this signature for PartnerId \(partnerID) and PartnerUserId \"\(name)\": "
            + "check that the API key is this group's, and that the message is PartnerId, PartnerUserId, 1 and the "
            + "expiry, joined by nothing, in UTF-8"
    }

    private func variants(_ partnerID: String, _ name: String) -> [(String, String, String)] {
        let encoded = PercentEncoding.encode(name)
        let decoded = (try? PercentEncoding.decode(Array(name.utf8)[...], plusIsSpace: true)) ?? name
        let composed = Provisioning.normalFormC(name)
        let decomposed = Provisioning.normalFormD(name)
        return [
            ("PartnerId and PartnerUserId are swapped in the signed message", name, partnerID),
            ("the PartnerUserId was signed in Unicode form C, but presented in another", partnerID, composed),
            ("the PartnerUserId was signed in Unicode form D, but presented in another", partnerID, decomposed),
            ("a + in the PartnerUserId is a + in a query; send blanks as %20", partnerID, plusToBlank(name)),
            ("the PartnerUserId was signed percent-encoded; sign it decoded", partnerID, encoded),
            ("the PartnerUserId was presented percent-encoded once more than it was signed", partnerID, decoded),
            ("the PartnerUserId was signed in lower case", partnerID, name.lowercased()),
            ("the PartnerUserId was signed in upper case", partnerID, name.uppercased()),
            ("the parts of the message are joined by a line break", partnerID + "\n", name + "\n"),
            ("the parts of the message are joined by ~", partnerID + "~", name + "~"),
            ("the parts of the message are joined by $", partnerID + "$", name + "$"),
            ("the parts of the message are joined by &", partnerID + "&", name + "&"),
            ("the PartnerId is missing in the signed message", "", name),
            ("the PartnerUserId is missing in the signed message", partnerID, ""),
        ]
    }

    private func otherUser(_ loginKey: LoginKey, _ partnerID: PartnerID) async throws(AccountsError) -> User? {
        var last: User.ID?
        var count = 0
        while count < Self.maximumUsers {
            let users = try await store.users(of: partnerID, after: last, limit: 1000)
            for user in users {
                let names = [user.partnerUserID?.text, user.username.text, user.email].compactMap(\.self)
                if names.contains(where: { isSigned(loginKey, partnerID.text, $0) }) { return user }
            }
            guard let newest = users.last else { return nil }
            last = newest.id
            count += users.count
        }
        return nil
    }

    private func isSigned(_ loginKey: LoginKey, _ first: String, _ second: String) -> Bool {
        expiries.contains { expiry in
            keys.contains { verifier.isSigned(loginKey, as: "\(first)\(second)1\(expiry)", with: $0.apiKey) }
        }
    }

    private func plusToBlank(_ text: String) -> String {
        String(text.map { $0 == "+" ? " " : $0 })
    }
}
