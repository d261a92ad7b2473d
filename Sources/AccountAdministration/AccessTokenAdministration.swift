package import Accounts
package import LoginKey

/// What may be done to a group's access tokens; only the operator changes them.
package struct AccessTokenAdministration: Sendable {
    /// The longest time that a token with an end may be valid, in seconds: 3,650 days.
    package static let maximumLifetime: Int64 = 3650 * 86_400

    private let store: any AccessTokenStore
    private let administrator: Administrator
    private let partnerID: PartnerID

    /// Makes the administration of one group's access tokens.
    package init(store: any AccessTokenStore, of partnerID: PartnerID, by administrator: Administrator) {
        self.store = store
        self.partnerID = partnerID
        self.administrator = administrator
    }

    /// Makes a token that acts as an administrator.
    ///
    /// - Parameters:
    ///   - user: An administrator of the group.
    ///   - label: What it is called: at most 100 characters.
    ///   - lifetime: Seconds: 1 to ``maximumLifetime``; `nil` for no end.
    ///   - now: Unix time in seconds.
    ///   - random: Where its text comes from.
    /// - Returns: The token, and its text, which is kept nowhere.
    /// - Throws: ``AccountsError/Code/invalidField``, also for a user who is not an administrator;
    ///   ``AccountsError/Code/notFound``.
    package func create(
        for user: User,
        label: String,
        lifetime: Int64?,
        at now: Int64,
        using random: RandomSource
    ) async throws(AccountsError) -> (token: AccessToken, text: String) {
        try Provisioning.check(label, field: "label", limit: 100)
        guard (1...Self.maximumLifetime).contains(lifetime ?? 1) else {
            throw AccountsError(code: .invalidField, message: "an access token is valid for 1 to 3650 days")
        }
        guard user.isAdministrator else {
            throw AccountsError(
                code: .invalidField,
                message: "\(user.username) is no administrator; see `latchkey user administrator --help`"
            )
        }
        let text = AccessToken.generate(using: random)
        let token = AccessToken(
            userID: user.id,
            digest: AccessToken.digest(of: text),
            label: label,
            createdAt: now,
            endsAt: lifetime.map { now + $0 }
        )
        let event = administrator.event("access token for \(user.username) created")
        return (try await store.addAccessToken(token, of: partnerID, recording: event), text)
    }

    /// Revokes a token: it is refused from the next request on.
    ///
    /// - Throws: ``AccountsError/Code/notFound``.
    package func revoke(_ id: AccessToken.ID) async throws(AccountsError) {
        let event = administrator.event("access token \(id) revoked")
        try await store.removeAccessToken(id, of: partnerID, recording: event)
    }
}
