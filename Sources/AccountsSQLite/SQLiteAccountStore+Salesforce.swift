package import Accounts
internal import Foundation
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func saveOrganization(
        _ organization: SalesforceOrganization,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await writer.submitIsolated { [vault] context in
            let partnerID = organization.partnerID
            guard try Rows.group(partnerID, in: context.database) != nil else { throw AccountsError.notFound("group") }
            let secret = try vault.seal(
                organization.consumerSecret,
                for: .salesforceConsumerSecret,
                of: partnerID,
                owner: organization.id
            )
            try context.database.execute(
                sql: """
                    INSERT OR REPLACE INTO salesforce_organizations
                        (id, partner_id, user_field, consumer_secret, login_key_lifetime)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    organization.id, partnerID.text, organization.userField.text, secret.blob,
                    organization.loginKeyLifetime,
                ]
            )
            try context.append(event)
        }
    }

    package func organization(_ id: String) async throws(AccountsError) -> SalesforceOrganization? {
        try await read { [vault] database in
            try Row.fetchOne(
                database,
                sql: "SELECT \(Self.organizationColumns) FROM salesforce_organizations WHERE id = ?",
                arguments: [id]
            )
            .map { try Self.organization($0, vault) }
        }
    }

    package func organizations() async throws(AccountsError) -> [SalesforceOrganization] {
        try await read { [vault] database in
            try Row.fetchAll(
                database,
                sql: "SELECT \(Self.organizationColumns) FROM salesforce_organizations ORDER BY id"
            )
            .map { try Self.organization($0, vault) }
        }
    }

    package func removeOrganization(
        _ id: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: "DELETE FROM salesforce_organizations WHERE id = ? AND partner_id = ?",
                arguments: [id, partnerID.text]
            )
            try context.requireChange("Salesforce organisation \(id)")
            try context.append(event)
        }
    }

    private static let organizationColumns = "id, partner_id, user_field, consumer_secret, login_key_lifetime"

    private static func organization(_ row: Row, _ vault: SecretVault) throws -> SalesforceOrganization {
        let id: String = row[0]
        guard let userField = SalesforceOrganization.UserField(row[2]) else {
            throw Rows.unreadable("salesforce_organizations")
        }
        let partnerID = try PartnerID(parsing: row[1])
        let sealed = Array(row[3] as Data)
        return SalesforceOrganization(
            id: id,
            partnerID: partnerID,
            userField: userField,
            consumerSecret: try vault.open(sealed, for: .salesforceConsumerSecret, of: partnerID, owner: id),
            loginKeyLifetime: row[4]
        )
    }
}
