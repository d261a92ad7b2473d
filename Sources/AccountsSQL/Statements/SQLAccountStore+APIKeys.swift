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
            try transaction.refuseKnownAPIKey(fingerprint)
            let record = try transaction.insert(key, fingerprint, label: label, to: partnerID, at: now)
            try transaction.saveMaterial(of: record, vault)
            try transaction.raiseRevision()
            try transaction.append(event)
            return record
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

extension SQLTransaction {
    fileprivate func refuseKnownAPIKey(_ fingerprint: [UInt8]) throws {
        guard try !exists("SELECT 1 FROM api_keys WHERE fingerprint = ?", [fingerprint]) else {
            throw AccountsError(code: .apiKeyInUse, message: "this API key was given to a group before")
        }
    }

    fileprivate func insert(
        _ key: VerificationKey,
        _ fingerprint: [UInt8],
        label: String,
        to partnerID: PartnerID,
        at now: Int64
    ) throws -> APIKeyRecord {
        let isWeak = key.apiKey.map { $0.estimatedBits < 128 } ?? false
        let id = try insert(
            "group",
            """
            INSERT INTO api_keys (partner_id, sealed, fingerprint, label, is_weak, created_at, is_revoked)
            VALUES (?, ?, ?, ?, ?, ?, 0)
            """,
            [partnerID.text, [UInt8](), fingerprint, label, isWeak, now]
        )
        return APIKeyRecord(id: .init(id), partnerID: partnerID, key: key, label: label, isWeak: isWeak, createdAt: now)
    }

    /// Saves what LoginKeys are checked with; a secret is sealed for the id of its row.
    fileprivate func saveMaterial(of record: APIKeyRecord, _ vault: SecretVault) throws {
        let id = record.id.number
        switch record.key {
        case .secret(let apiKey):
            let sealed = try vault.seal(apiKey, for: .apiKey, of: record.partnerID, owner: "\(id)")
            try execute("UPDATE api_keys SET sealed = ? WHERE id = ?", [sealed, id])
        case .ed25519(let publicKey):
            try execute("UPDATE api_keys SET public_key = ? WHERE id = ?", [publicKey.bytes, id])
        }
    }
}
