package import Accounts
package import LoginKey

/// What may be done to the Salesforce organisations of a group; only the operator changes them.
package struct OrganizationAdministration: Sendable {
    /// The fewest bytes of a Canvas app's consumer secret.
    package static let minimumSecretByteCount = 16

    private let store: any OrganizationStore & APIKeyStore
    private let administrator: Administrator
    private let partnerID: PartnerID

    /// Makes the administration of one group's organisations.
    package init(
        store: any OrganizationStore & APIKeyStore,
        of partnerID: PartnerID,
        by administrator: Administrator
    ) {
        self.store = store
        self.partnerID = partnerID
        self.administrator = administrator
    }

    /// Connects an organisation, or replaces its settings; another group's has to be disconnected first.
    ///
    /// - Parameters:
    ///   - organization: Its settings, with the id in either length.
    ///   - trustsParameters: Whether a lifecycle handler sets the Canvas parameter that names the user. Otherwise a CRM user
    ///     can choose it in the browser, and sign in as anybody (`docs/threats.md#canvas-parameters`).
    ///   - now: Unix time in seconds.
    /// - Returns: The settings as they are stored, with the id in 18 characters.
    /// - Throws: ``AccountsError/Code/invalidField``, also where the group has no valid secret to make LoginKeys with.
    package func connect(
        _ organization: SalesforceOrganization,
        trustsParameters: Bool,
        at now: Int64
    ) async throws(AccountsError) -> SalesforceOrganization {
        let settings = try Self.checked(organization, trustsParameters: trustsParameters)
        guard try await store.apiKeys(of: partnerID).newestSecret(at: now) != nil else {
            throw Self.invalid(
                "group \(partnerID) has no valid secret, so that the panel could make no LoginKey; see `latchkey apikey "
                    + "create`"
            )
        }
        if let other = try await store.organization(settings.id), other.partnerID != partnerID {
            throw Self.invalid("it is connected to group \(other.partnerID); see `latchkey salesforce disconnect`")
        }
        let event = administrator.event("Salesforce organisation \(settings.id) connected")
        try await store.saveOrganization(settings, recording: event)
        return settings
    }

    /// Forgets an organisation and its secret: its panel is refused from the next request on.
    ///
    /// - Parameter id: Its id as it is stored.
    /// - Throws: ``AccountsError/Code/notFound``.
    package func disconnect(_ id: String) async throws(AccountsError) {
        let event = administrator.event("Salesforce organisation \(id) disconnected")
        try await store.removeOrganization(id, of: partnerID, recording: event)
    }

    private static func checked(
        _ organization: SalesforceOrganization,
        trustsParameters: Bool
    ) throws(AccountsError) -> SalesforceOrganization {
        if case .parameter = organization.userField, !trustsParameters {
            throw invalid(
                "a CRM user can choose Canvas parameters in the browser, and so sign in as somebody else: take userId, "
                    + "userName or email, or add --trust-canvas-parameters if a lifecycle handler sets \(organization.userField.text)"
            )
        }
        guard organization.id.hasPrefix("00D"), let id = SalesforceID(organization.id) else {
            throw invalid(
                "the organisation's id is 15 or 18 letters and digits, such as 00DFk0000001234MAA; the last three of 18 "
                    + "follow from the others, and capitals count"
            )
        }
        guard (1...LoginKey.maximumLifetime).contains(organization.loginKeyLifetime) else {
            throw invalid("LoginKeys live 1 to \(LoginKey.maximumLifetime) seconds")
        }
        guard organization.consumerSecret.utf8.count >= minimumSecretByteCount else {
            throw invalid("a consumer secret has \(minimumSecretByteCount) characters or more")
        }
        var settings = organization
        settings.id = id.text
        return settings
    }

    private static func invalid(_ message: String) -> AccountsError {
        AccountsError(code: .invalidField, message: message)
    }
}
