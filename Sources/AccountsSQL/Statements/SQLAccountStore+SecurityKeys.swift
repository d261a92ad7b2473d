package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func securityKeys(of userID: User.ID) async throws(AccountsError) -> [SecurityKey] {
        try await read { connection in
            try connection.fetch(
                "SELECT \(Rows.securityKeyColumns) FROM security_keys WHERE user_id = ? ORDER BY id",
                [userID.number]
            ) { try Rows.securityKey($0) }
        }
    }

    package func securityKey(credentialID: [UInt8]) async throws(AccountsError) -> SecurityKey? {
        try await read { connection in
            try connection.first(
                "SELECT \(Rows.securityKeyColumns) FROM security_keys WHERE credential_id = ?",
                [credentialID]
            ) { try Rows.securityKey($0) }
        }
    }

    package func addSecurityKey(
        _ key: SecurityKey,
        with factor: SecondFactor?,
        of user: User,
        recording event: AuditEvent
    ) async throws(AccountsError) -> SecurityKey {
        try Provisioning.check(key.name, field: "name", limit: SecurityKey.maximumNameLength)
        return try await write { [vault] transaction in
            let now = event.time / 1000
            if let factor {
                try transaction.save(factor, of: user, vault, at: now)
            } else if let current = user.secondFactorID {
                try transaction.setSecondFactor(current, of: user, at: now)
            } else {
                throw AccountsError.notFound("second factor")
            }
            var added = key
            added.id = SecurityKey.ID(try transaction.insert(key, of: user.id))
            try transaction.countSecurityKeys(of: user.id)
            try transaction.append(event)
            return added
        }
    }

    package func removeSecurityKey(
        _ id: SecurityKey.ID,
        of userID: User.ID,
        in partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await write { transaction in
            try transaction.change(
                "security key",
                """
                DELETE FROM security_keys WHERE id = ? AND user_id = ?
                AND user_id IN (SELECT id FROM users WHERE partner_id = ?)
                """,
                [id.number, userID.number, partnerID.text]
            )
            try transaction.countSecurityKeys(of: userID)
            try transaction.removeEmptySecondFactor(of: userID)
            try transaction.execute(
                "UPDATE users SET modified_at = ?, version = version + 1 WHERE id = ?",
                [event.time / 1000, userID.number]
            )
            try transaction.append(event)
        }
    }
}

extension SQLTransaction {
    /// Writes a use of a security key down.
    ///
    /// - Returns: `false` if the key has gone meanwhile, or has counted on: then nothing is written.
    package func write(_ use: SecurityKey.Use, at now: Int64) throws -> Bool {
        let counter = Int64(use.counter)
        let changed = try execute(
            """
            UPDATE security_keys SET counter = ?, last_used_at = ?
            WHERE id = ? AND user_id = ? AND (counter < ? OR (counter = 0 AND counter = ?))
            """,
            [counter, now, use.id.number, use.userID.number, counter, counter]
        )
        return changed > 0
    }

    fileprivate func insert(_ key: SecurityKey, of userID: User.ID) throws -> Int64 {
        let count = try first("SELECT count(*) FROM security_keys WHERE user_id = ?", [userID.number]) { $0.integer(0) }
        guard count ?? 0 < SecurityKey.maximumCount else {
            throw AccountsError(code: .tooMany, message: "the user has \(SecurityKey.maximumCount) security keys")
        }
        return try insert(
            "user",
            """
            INSERT INTO security_keys (user_id, credential_id, public_key, algorithm, counter, name, created_at,
            last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                userID.number, key.credentialID, key.publicKey, key.algorithm, Int64(key.counter), key.name,
                key.createdAt, key.lastUsedAt,
            ]
        )
    }

    /// Notes at the user how many security keys they have: decisions read it there.
    func countSecurityKeys(of userID: User.ID) throws {
        try execute(
            """
            UPDATE users SET security_keys = (SELECT count(*) FROM security_keys WHERE user_id = users.id) WHERE id = ?
            """,
            [userID.number]
        )
    }

    /// Recovery codes alone are no second factor.
    fileprivate func removeEmptySecondFactor(of userID: User.ID) throws {
        let removed = try execute(
            """
            DELETE FROM second_factors WHERE user_id = ? AND id_without_app = id
            AND NOT EXISTS (SELECT 1 FROM security_keys WHERE security_keys.user_id = second_factors.user_id)
            """,
            [userID.number]
        )
        if removed > 0 { try execute("UPDATE users SET second_factor = NULL WHERE id = ?", [userID.number]) }
    }
}

extension Rows {
    fileprivate static let securityKeyColumns = """
        id, user_id, credential_id, public_key, algorithm, counter, name, created_at, last_used_at
        """

    fileprivate static func securityKey(_ row: some ColumnReader) throws -> SecurityKey {
        guard let counter = UInt32(exactly: row.integer(5)) else { throw unreadable("security_keys") }
        return SecurityKey(
            id: SecurityKey.ID(row.integer(0)),
            userID: User.ID(row.integer(1)),
            credentialID: row.bytes(2) ?? [],
            publicKey: row.bytes(3) ?? [],
            algorithm: row.integer(4),
            counter: counter,
            name: row.string(6),
            createdAt: row.integer(7),
            lastUsedAt: row.optionalInteger(8)
        )
    }
}
