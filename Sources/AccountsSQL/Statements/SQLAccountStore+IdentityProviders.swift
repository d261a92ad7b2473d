package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func saveIdentityProvider(
        _ provider: IdentityProvider,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try Provisioning.check(provider.issuer, field: "issuer", limit: 255)
        try Provisioning.check(provider.audience, field: "audience", limit: 255)
        try Provisioning.check(provider.userClaim, field: "userClaim", limit: 255)
        try await write { transaction in
            try transaction.requireGroup(provider.partnerID)
            let changes = try transaction.execute(
                """
                INSERT INTO identity_providers (issuer, audience, partner_id, user_claim, key_set)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (issuer, audience) DO UPDATE SET user_claim = excluded.user_claim,
                key_set = excluded.key_set WHERE identity_providers.partner_id = excluded.partner_id
                """,
                [provider.issuer, provider.audience, provider.partnerID.text, provider.userClaim, provider.keySet]
            )
            guard changes > 0 else {
                throw AccountsError(code: .alreadyExists, message: "another group has this issuer and audience")
            }
            try transaction.append(event)
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
        try await remove(
            "identity provider",
            "DELETE FROM identity_providers WHERE issuer = ? AND audience = ? AND partner_id = ?",
            [issuer, audience, partnerID.text],
            recording: event
        )
    }

    private func identityProviders(
        where condition: String,
        _ value: String
    ) async throws(AccountsError) -> [IdentityProvider] {
        try await read { connection in
            try connection.fetch(
                """
                SELECT partner_id, issuer, audience, user_claim, key_set FROM identity_providers
                WHERE \(condition) ORDER BY issuer, audience
                """,
                [value]
            ) { row in
                IdentityProvider(
                    partnerID: try PartnerID(parsing: row.string(0)),
                    issuer: row.string(1),
                    audience: row.string(2),
                    userClaim: row.string(3),
                    keySet: row.string(4)
                )
            }
        }
    }
}
