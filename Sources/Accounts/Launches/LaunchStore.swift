package import LoginKey

/// Launches of the desktop client.
///
/// ``AccountStore`` says what holds for every method.
package protocol LaunchStore: Sendable {
    /// Adds a launch. Throws ``AccountsError/Code/alreadyExists``.
    func createLaunch(_ launch: LaunchRecord, recording event: AuditEvent) async throws(AccountsError)
    /// Notes what has happened to launches; without such a launch only the event is written.
    func updateLaunches(_ update: LaunchUpdate, recording event: AuditEvent) async throws(AccountsError)
    /// One launch; `nil` for one that is unknown or forgotten.
    func launch(_ id: CorrelationID, of partnerID: PartnerID) async throws(AccountsError) -> LaunchRecord?
}
