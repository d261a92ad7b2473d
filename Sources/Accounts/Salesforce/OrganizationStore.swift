package import LoginKey

/// Salesforce organisations that are connected to groups.
///
/// ``AccountStore`` says what holds for every method.
package protocol OrganizationStore: Sendable {
    /// Adds or replaces an organisation's settings.
    func saveOrganization(
        _ organization: SalesforceOrganization,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// One organisation, by its id in either length (``SalesforceID``); `nil` if it is not connected.
    func organization(_ id: String) async throws(AccountsError) -> SalesforceOrganization?
    /// The organisations of all groups, in the order of their ids.
    func organizations() async throws(AccountsError) -> [SalesforceOrganization]
    /// Forgets an organisation, by its id as it was saved. Throws ``AccountsError/Code/notFound``.
    func removeOrganization(
        _ id: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)
}
