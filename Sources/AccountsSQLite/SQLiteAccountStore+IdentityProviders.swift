package import Accounts
internal import Foundation
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
        try Provisioning.check(provider.signIn?.name ?? "", field: "name", limit: 100)
        try await writer.submitIsolated { [vault] context in
            guard try Rows.group(provider.partnerID, in: context.database) != nil else {
                throw AccountsError.notFound("group")
            }
            try context.database.execute(
                sql: """
                    INSERT INTO identity_providers (\(IdentityProviderRow.columns))
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (issuer, audience) DO UPDATE SET \(IdentityProviderRow.replacements)
                    WHERE partner_id = excluded.partner_id
                    """,
                arguments: try IdentityProviderRow.arguments(provider, vault)
            )
            guard context.database.changesCount > 0 else {
                throw AccountsError(code: .alreadyExists, message: "another group has this issuer and audience")
            }
            try context.append(event)
        }
    }

    package func updateKeySet(
        _ keySet: String,
        issuer: String,
        audience: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: "UPDATE identity_providers SET key_set = ? WHERE issuer = ? AND audience = ? AND partner_id = ?",
                arguments: [keySet, issuer, audience, partnerID.text]
            )
            try context.requireChange("identity provider")
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
        try await read { [vault] database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(IdentityProviderRow.columns) FROM identity_providers
                    WHERE \(condition) ORDER BY issuer, audience
                    """,
                arguments: [value]
            )
            .map { try IdentityProviderRow.provider($0, vault) }
        }
    }
}
