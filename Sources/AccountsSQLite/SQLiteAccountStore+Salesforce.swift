package import Accounts
internal import Foundation
internal import GRDB
internal import LoginKey

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
            let sql = """
                SELECT partner_id, user_field, consumer_secret, login_key_lifetime
                FROM salesforce_organizations WHERE id = ?
                """
            guard let row = try Row.fetchOne(database, sql: sql, arguments: [id]) else { return nil }
            guard let userField = SalesforceOrganization.UserField(row[1]) else {
                throw Rows.unreadable("salesforce_organizations")
            }
            let partnerID = try PartnerID(parsing: row[0])
            return SalesforceOrganization(
                id: id,
                partnerID: partnerID,
                userField: userField,
                consumerSecret: try vault.open(
                    Array(row[2] as Data),
                    for: .salesforceConsumerSecret,
                    of: partnerID,
                    owner: id
                ),
                loginKeyLifetime: row[3]
            )
        }
    }
}
