package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func saveOrganization(
        _ organization: SalesforceOrganization,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await write { [vault] transaction in
            let partnerID = organization.partnerID
            try transaction.requireGroup(partnerID)
            let secret = try vault.seal(
                organization.consumerSecret,
                for: .salesforceConsumerSecret,
                of: partnerID,
                owner: organization.id
            )
            try transaction.execute(
                """
                INSERT INTO salesforce_organizations (\(Rows.organizationColumns)) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET partner_id = excluded.partner_id, user_field = excluded.user_field,
                consumer_secret = excluded.consumer_secret, login_key_lifetime = excluded.login_key_lifetime
                """,
                [
                    organization.id, partnerID.text, organization.userField.text, secret,
                    organization.loginKeyLifetime,
                ]
            )
            try transaction.append(event)
        }
    }

    package func organization(_ id: String) async throws(AccountsError) -> SalesforceOrganization? {
        try await read { [vault] connection in
            try connection.first(
                "SELECT \(Rows.organizationColumns) FROM salesforce_organizations WHERE id IN (?, ?)",
                [id, SalesforceID.otherSpelling(of: id)]
            ) { try Rows.organization($0, vault) }
        }
    }

    package func organizations() async throws(AccountsError) -> [SalesforceOrganization] {
        try await read { [vault] connection in
            try connection.fetch(
                "SELECT \(Rows.organizationColumns) FROM salesforce_organizations ORDER BY id",
                []
            ) { try Rows.organization($0, vault) }
        }
    }

    package func removeOrganization(
        _ id: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await remove(
            "Salesforce organisation \(id)",
            "DELETE FROM salesforce_organizations WHERE id = ? AND partner_id = ?",
            [id, partnerID.text],
            recording: event
        )
    }
}

extension Rows {
    fileprivate static let organizationColumns = "id, partner_id, user_field, consumer_secret, login_key_lifetime"

    fileprivate static func organization(_ row: some ColumnReader, _ vault: SecretVault) throws
        -> SalesforceOrganization
    {
        let id = row.string(0)
        guard let userField = SalesforceOrganization.UserField(row.string(2)) else {
            throw unreadable("salesforce_organizations")
        }
        let partnerID = try PartnerID(parsing: row.string(1))
        let sealed = row.bytes(3) ?? []
        return SalesforceOrganization(
            id: id,
            partnerID: partnerID,
            userField: userField,
            consumerSecret: try vault.open(sealed, for: .salesforceConsumerSecret, of: partnerID, owner: id),
            loginKeyLifetime: row.integer(4)
        )
    }
}
