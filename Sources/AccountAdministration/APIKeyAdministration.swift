package import Accounts
package import LoginKey

/// What may be done to a group's API keys; only the operator changes them.
///
/// Several may be valid at once, so that a rotation locks nobody out.
package struct APIKeyAdministration: Sendable {
    /// The longest time from now until a key's end, in seconds: 366 days.
    package static let maximumDelay: Int64 = 366 * 86_400

    private let store: any APIKeyStore
    private let administrator: Administrator
    private let partnerID: PartnerID

    /// Makes the administration of one group's API keys.
    package init(store: any APIKeyStore, of partnerID: PartnerID, by administrator: Administrator) {
        self.store = store
        self.partnerID = partnerID
        self.administrator = administrator
    }

    /// Adds a key, which is valid at once.
    ///
    /// - Parameters:
    ///   - key: A secret, or a public key.
    ///   - label: What it is called: at most 100 characters.
    ///   - now: Unix time in seconds.
    /// - Returns: The key as it is stored.
    /// - Throws: ``AccountsError/Code/apiKeyInUse``, ``AccountsError/Code/invalidField``, ``AccountsError/Code/notFound``.
    package func add(
        _ key: VerificationKey,
        label: String,
        at now: Int64
    ) async throws(AccountsError) -> APIKeyRecord {
        try Provisioning.check(label, field: "label", limit: 100)
        let event = administrator.event("API key created (\(key.kind))")
        return try await store.addAPIKey(key, label: label, to: partnerID, at: now, recording: event)
    }

    /// Lets a key end later; one that has ended stays so.
    ///
    /// - Parameters:
    ///   - id: The key.
    ///   - delay: Seconds from now: 0 to ``maximumDelay``.
    ///   - now: Unix time in seconds.
    /// - Returns: When it ends, in Unix seconds.
    /// - Throws: ``AccountsError/Code/invalidField``, ``AccountsError/Code/notFound``.
    package func retire(
        _ id: APIKeyRecord.ID,
        after delay: Int64,
        at now: Int64
    ) async throws(AccountsError) -> Int64 {
        guard (0...Self.maximumDelay).contains(delay) else {
            throw AccountsError(code: .invalidField, message: "a key ends at most 8784 hours from now")
        }
        guard try await key(id).isValid(at: now) else {
            throw AccountsError(code: .invalidField, message: "API key \(id) has ended: make a new one")
        }
        let event = administrator.event("API key \(id) retires in \(delay / 3600) hours")
        try await store.endAPIKey(id, of: partnerID, at: now + delay, isRevoked: false, recording: event)
        return now + delay
    }

    /// Ends a key at once, because it has leaked, and everything that was obtained with it.
    ///
    /// - Parameters:
    ///   - id: The key.
    ///   - now: Unix time in seconds.
    /// - Throws: ``AccountsError/Code/notFound``.
    package func revoke(_ id: APIKeyRecord.ID, at now: Int64) async throws(AccountsError) {
        let end = min(try await key(id).endsAt ?? now, now)
        let event = administrator.event("API key \(id) revoked")
        try await store.endAPIKey(id, of: partnerID, at: end, isRevoked: true, recording: event)
    }

    private func key(_ id: APIKeyRecord.ID) async throws(AccountsError) -> APIKeyRecord {
        guard let key = try await store.apiKeys(of: partnerID).first(where: { $0.id == id }) else {
            throw AccountsError(code: .notFound, message: "there is no such API key \(id)")
        }
        return key
    }
}

extension VerificationKey {
    /// What lists and the audit call it.
    package var kind: String {
        switch self {
        case .secret: "secret"
        case .ed25519: "Ed25519"
        }
    }
}
