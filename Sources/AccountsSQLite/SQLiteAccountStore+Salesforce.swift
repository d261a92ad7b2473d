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
            let apiKey = try vault.seal(
                organization.apiKey,
                for: .salesforceAPIKey,
                of: partnerID,
                owner: organization.id
            )
            let secret = try vault.seal(
                organization.consumerSecret,
                for: .salesforceConsumerSecret,
                of: partnerID,
                owner: organization.id
            )
            try context.database.execute(
                sql: "INSERT OR REPLACE INTO salesforce_organizations VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    organization.id, partnerID.text, organization.userField.text, apiKey.blob, secret.blob,
                    organization.loginKeyLifetime,
                ]
            )
            try context.append(event)
        }
    }

    package func organization(_ id: String) async throws(AccountsError) -> SalesforceOrganization? {
        try await read { [vault] database in
            let sql = "SELECT * FROM salesforce_organizations WHERE id = ?"
            guard let row = try Row.fetchOne(database, sql: sql, arguments: [id]) else { return nil }
            guard let userField = SalesforceOrganization.UserField(row[2]) else {
                throw Rows.unreadable("salesforce_organizations")
            }
            let partnerID = try PartnerID(parsing: row[1])
            return SalesforceOrganization(
                id: row[0],
                partnerID: partnerID,
                userField: userField,
                apiKey: try vault.openAPIKey(Array(row[3] as Data), for: .salesforceAPIKey, of: partnerID, owner: id),
                consumerSecret: try vault.open(
                    Array(row[4] as Data),
                    for: .salesforceConsumerSecret,
                    of: partnerID,
                    owner: id
                ),
                loginKeyLifetime: row[5]
            )
        }
    }
}
