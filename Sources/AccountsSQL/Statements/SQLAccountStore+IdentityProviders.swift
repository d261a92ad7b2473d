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
        try Provisioning.check(provider.signIn?.name ?? "", field: "name", limit: 100)
        try await write { [vault] transaction in
            try transaction.requireGroup(provider.partnerID)
            let changes = try transaction.execute(
                """
                INSERT INTO identity_providers (\(IdentityProviderRow.columns))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (issuer, audience) DO UPDATE SET \(IdentityProviderRow.replacements)
                WHERE identity_providers.partner_id = excluded.partner_id
                """,
                try IdentityProviderRow.arguments(provider, vault)
            )
            guard changes > 0 else {
                throw AccountsError(code: .alreadyExists, message: "another group has this issuer and audience")
            }
            try transaction.append(event)
        }
    }

    package func updateKeySet(
        _ keySet: String,
        of provider: IdentityProvider,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await write { transaction in
            try transaction.change(
                "identity provider",
                """
                UPDATE identity_providers SET key_set = ?
                WHERE issuer = ? AND audience = ? AND partner_id = ? AND key_url = ?
                    AND key_algorithm = ? AND certificates = ?
                """,
                [
                    keySet, provider.issuer, provider.audience, provider.partnerID.text, provider.keySource?.url,
                    provider.keySource?.algorithm, provider.keySource?.certificates,
                ]
            )
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
        try await read { [vault] connection in
            try connection.fetch(
                "SELECT \(IdentityProviderRow.columns) FROM identity_providers WHERE \(condition) ORDER BY issuer, audience",
                [value]
            ) { try IdentityProviderRow.provider($0, vault) }
        }
    }
}
