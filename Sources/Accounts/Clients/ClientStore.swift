package import LoginKey

/// Desktop clients that are connected to users.
///
/// ``AccountStore`` says what holds for every method.
package protocol ClientStore: Sendable {
    /// Connects a client to a user; doing it twice is not an error. Throws ``AccountsError/Code/notFound`` for an
    /// unknown user.
    ///
    /// The launch is the one that the client presented the ticket of; it becomes ``LaunchChange/enrolled``.
    func enrollClient(
        _ client: EnrolledClient,
        for userID: User.ID,
        of partnerID: PartnerID,
        launch: CorrelationID,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// A user's clients, oldest first.
    func enrolledClients(of userID: User.ID) async throws(AccountsError) -> [EnrolledClient]
    /// Disconnects all clients of a user.
    func removeClients(of userID: User.ID, recording event: AuditEvent) async throws(AccountsError)
}
