package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func addAPIKey(
        _ key: VerificationKey,
        label: String,
        to partnerID: PartnerID,
        at now: Int64,
        recording event: AuditEvent
    ) async throws(AccountsError) -> APIKeyRecord {
        let fingerprint = vault.fingerprint(of: key)
        return try await write { [vault] transaction in
            try transaction.requireGroup(partnerID)
            guard try !transaction.exists("SELECT 1 FROM api_keys WHERE fingerprint = ?", [fingerprint]) else {
                throw AccountsError(code: .apiKeyInUse, message: "this API key was given to a group before")
            }
            let isWeak = key.apiKey.map { $0.estimatedBits < 128 } ?? false
            let id = try transaction.insert(
                "group",
                """
                INSERT INTO api_keys (partner_id, sealed, fingerprint, label, is_weak, created_at, is_revoked)
                VALUES (?, ?, ?, ?, ?, ?, 0)
                """,
                [partnerID.text, [UInt8](), fingerprint, label, isWeak, now]
            )
            switch key {
            case .secret(let apiKey):
                let sealed = try vault.seal(apiKey, for: .apiKey, of: partnerID, owner: "\(id)")
                try transaction.execute("UPDATE api_keys SET sealed = ? WHERE id = ?", [sealed, id])
            case .ed25519(let publicKey):
                try transaction.execute("UPDATE api_keys SET public_key = ? WHERE id = ?", [publicKey.bytes, id])
            }
            try transaction.raiseRevision()
            try transaction.append(event)
            return APIKeyRecord(
                id: APIKeyRecord.ID(id),
                partnerID: partnerID,
                key: key,
                label: label,
                isWeak: isWeak,
                createdAt: now
            )
        }
    }

    package func apiKeys(of partnerID: PartnerID) async throws(AccountsError) -> [APIKeyRecord] {
        try await read { [vault] in try Rows.apiKeys(of: partnerID, vault: vault, in: $0) }
    }

    package func endAPIKey(
        _ id: APIKeyRecord.ID,
        of partnerID: PartnerID,
        at end: Int64,
        isRevoked: Bool,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await write { transaction in
            try transaction.change(
                "API key \(id)",
                """
                UPDATE api_keys SET ends_at = ?, is_revoked = CASE WHEN ? = 1 THEN 1 ELSE is_revoked END
                WHERE id = ? AND partner_id = ?
                """,
                [end, isRevoked, id.number, partnerID.text]
            )
            try transaction.raiseRevision()
            try transaction.append(event)
        }
    }
}
