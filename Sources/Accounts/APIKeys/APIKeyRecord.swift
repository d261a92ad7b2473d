package import LoginKey

/// An API key of a group, with its history.
///
/// Several may be valid at once, so that a rotation locks nobody out.
package struct APIKeyRecord: Sendable {
    /// Names an API key within the installation.
    package typealias ID = RecordID<APIKeyRecord>

    /// The key's id; given by the store.
    package var id: ID
    /// The group.
    package var partnerID: PartnerID
    /// What LoginKeys are checked with: a secret, or a public key.
    package var key: VerificationKey
    /// What the administrator called it.
    package var label: String
    /// Whether its estimated strength is below 128 bits; never for a public key.
    package var isWeak: Bool
    /// When it was added, in Unix seconds.
    package var createdAt: Int64
    /// When it was last used to sign in, in Unix seconds, to the minute.
    package var lastUsedAt: Int64?
    /// The first second at which it is no longer valid; `nil` while it has no end.
    package var endsAt: Int64?
    /// Whether it was revoked, at ``endsAt``.
    package var isRevoked: Bool

    /// Makes a record.
    package init(
        id: ID,
        partnerID: PartnerID,
        key: VerificationKey,
        label: String,
        isWeak: Bool,
        createdAt: Int64,
        lastUsedAt: Int64? = nil,
        endsAt: Int64? = nil,
        isRevoked: Bool = false
    ) {
        self.id = id
        self.partnerID = partnerID
        self.key = key
        self.label = label
        self.isWeak = isWeak
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.endsAt = endsAt
        self.isRevoked = isRevoked
    }

    /// The secret, if it is one.
    package var apiKey: APIKey? { key.apiKey }

    /// What a key is at some time.
    package enum State: String, Sendable {
        /// Valid without an end.
        case active
        /// Valid until its end.
        case retiring
        /// Past its end.
        case retired
        /// Ended at once by an administrator.
        case revoked
    }

    /// The key's state at a Unix time.
    package func state(at now: Int64) -> State {
        guard !isRevoked else { return .revoked }
        guard let endsAt else { return .active }
        return now < endsAt ? .retiring : .retired
    }

    /// Whether LoginKeys made with it are valid at a Unix time.
    package func isValid(at now: Int64) -> Bool {
        guard !isRevoked else { return false }
        guard let endsAt else { return true }
        return now < endsAt
    }

    /// Whether a signature is still tried with it: while it is valid, and for 30 days more, so that a refusal can be
    /// explained by the key's end.
    package func isRemembered(at now: Int64) -> Bool {
        guard let endsAt else { return true }
        return now < endsAt + 30 * 86_400
    }
}

extension Sequence<APIKeyRecord> {
    /// The key with which LoginKeys are made: the first of them that is a secret and valid, where the newest come first.
    ///
    /// - Parameter now: Unix time in seconds.
    /// - Returns: The key with its secret; `nil` if there is none.
    package func newestSecret(at now: Int64) -> (record: APIKeyRecord, apiKey: APIKey)? {
        for record in self where record.isValid(at: now) {
            if let apiKey = record.apiKey { return (record, apiKey) }
        }
        return nil
    }
}
