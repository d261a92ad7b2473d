package import Accounts
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func saveIdentityProvider(
        _ provider: IdentityProvider,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try Provisioning.check(provider.issuer, field: "issuer", limit: 255)
        try Provisioning.check(provider.audience, field: "audience", limit: 255)
        try Provisioning.check(provider.userClaim, field: "userClaim", limit: 255)
        try await writer.submitIsolated { context in
            guard try Rows.group(provider.partnerID, in: context.database) != nil else {
                throw AccountsError.notFound("group")
            }
            try context.database.execute(
                sql: """
                    INSERT INTO identity_providers (issuer, audience, partner_id, user_claim, key_set)
                    VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (issuer, audience) DO UPDATE SET user_claim = excluded.user_claim,
                    key_set = excluded.key_set WHERE partner_id = excluded.partner_id
                    """,
                arguments: [
                    provider.issuer, provider.audience, provider.partnerID.text, provider.userClaim, provider.keySet,
                ]
            )
            guard context.database.changesCount > 0 else {
                throw AccountsError(code: .alreadyExists, message: "another group has this issuer and audience")
            }
            try context.append(event)
        }
    }

    package func identityProviders(issuer: String) async throws(AccountsError) -> [IdentityProvider] {
        try await identityProviders(where: "issuer = ?", issuer)
    }

    package func identityProviders(of partnerID: PartnerID) async throws(AccountsError) -> [IdentityProvider] {
        try await identityProviders(where: "partner_id = ?", partnerID.text)
    }

    package func removeIdentityProvider(
        issuer: String,
        audience: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: "DELETE FROM identity_providers WHERE issuer = ? AND audience = ? AND partner_id = ?",
                arguments: [issuer, audience, partnerID.text]
            )
            try context.requireChange("identity provider")
            try context.append(event)
        }
    }

    private func identityProviders(
        where condition: String,
        _ value: String
    ) async throws(AccountsError) -> [IdentityProvider] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT partner_id, issuer, audience, user_claim, key_set FROM identity_providers
                    WHERE \(condition) ORDER BY issuer, audience
                    """,
                arguments: [value]
            )
            .map { row in
                IdentityProvider(
                    partnerID: try PartnerID(parsing: row[0]),
                    issuer: row[1],
                    audience: row[2],
                    userClaim: row[3],
                    keySet: row[4]
                )
            }
        }
    }
}
