package import LoginKey

/// The API keys of groups.
///
/// ``AccountStore`` says what holds for every method.
package protocol APIKeyStore: Sendable {
    /// Adds a secret or a public key to a group. Throws ``AccountsError/Code/apiKeyInUse`` if any group has or ever had
    /// it, and ``AccountsError/Code/notFound`` for an unknown group.
    func addAPIKey(
        _ key: VerificationKey,
        label: String,
        to partnerID: PartnerID,
        at now: Int64,
        recording event: AuditEvent
    ) async throws(AccountsError) -> APIKeyRecord
    /// All API keys of a group, ended ones too, newest first.
    func apiKeys(of partnerID: PartnerID) async throws(AccountsError) -> [APIKeyRecord]
    /// Ends a key at a time in the future, or at once if it is revoked. Throws ``AccountsError/Code/notFound``.
    func endAPIKey(
        _ id: APIKeyRecord.ID,
        of partnerID: PartnerID,
        at end: Int64,
        isRevoked: Bool,
        recording event: AuditEvent
    ) async throws(AccountsError)
}

extension APIKeyStore {
    /// Adds a secret to a group, as ``addAPIKey(_:label:to:at:recording:)-(VerificationKey,_,_,_,_)`` does.
    package func addAPIKey(
        _ apiKey: APIKey,
        label: String,
        to partnerID: PartnerID,
        at now: Int64,
        recording event: AuditEvent
    ) async throws(AccountsError) -> APIKeyRecord {
        try await addAPIKey(.secret(apiKey), label: label, to: partnerID, at: now, recording: event)
    }
}
