package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func addAccessToken(
        _ token: AccessToken,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) -> AccessToken {
        try Provisioning.check(token.label, field: "label", limit: 70)
        return try await write { transaction in
            let user = try transaction.first(
                "SELECT id FROM users WHERE id = ? AND partner_id = ? AND state <> 'deleted'",
                [token.userID.number, partnerID.text]
            ) { $0.integer(0) }
            guard let user else { throw AccountsError.notFound("user") }
            let id = try transaction.insert(
                "user",
                "INSERT INTO access_tokens (user_id, digest, label, created_at, ends_at) VALUES (?, ?, ?, ?, ?)",
                [user, token.digest, token.label, token.createdAt, token.endsAt]
            )
            try transaction.append(event)
            var added = token
            added.id = AccessToken.ID(id)
            return added
        }
    }

    package func accessToken(
        digest: [UInt8]
    ) async throws(AccountsError) -> (token: AccessToken, partnerID: PartnerID)? {
        try await read { connection in
            try connection.first(
                """
                SELECT \(Rows.accessTokenColumns), users.partner_id FROM access_tokens
                JOIN users ON users.id = user_id WHERE digest = ?
                """,
                [digest]
            ) { (Rows.accessToken($0), try PartnerID(parsing: $0.string(6))) }
        }
    }

    package func accessTokens(of partnerID: PartnerID) async throws(AccountsError) -> [AccessToken] {
        try await read { connection in
            try connection.fetch(
                """
                SELECT \(Rows.accessTokenColumns) FROM access_tokens
                JOIN users ON users.id = user_id WHERE users.partner_id = ? ORDER BY access_tokens.id DESC
                """,
                [partnerID.text]
            ) { Rows.accessToken($0) }
        }
    }

    package func removeAccessToken(
        _ id: AccessToken.ID,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await remove(
            "access token",
            "DELETE FROM access_tokens WHERE id = ? AND user_id IN (SELECT id FROM users WHERE partner_id = ?)",
            [id.number, partnerID.text],
            recording: event
        )
    }
}

extension Rows {
    fileprivate static let accessTokenColumns = """
        access_tokens.id, user_id, digest, label, access_tokens.created_at, ends_at
        """

    fileprivate static func accessToken(_ row: some ColumnReader) -> AccessToken {
        AccessToken(
            id: AccessToken.ID(row.integer(0)),
            userID: User.ID(row.integer(1)),
            digest: row.bytes(2) ?? [],
            label: row.string(3),
            createdAt: row.integer(4),
            endsAt: row.optionalInteger(5)
        )
    }
}
