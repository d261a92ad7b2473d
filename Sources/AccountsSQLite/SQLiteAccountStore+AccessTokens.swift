package import Accounts
internal import Foundation
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func addAccessToken(
        _ token: AccessToken,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) -> AccessToken {
        try Provisioning.check(token.label, field: "label", limit: 70)
        return try await writer.submitIsolated { context in
            try context.database.execute(
                sql: """
                    INSERT INTO access_tokens (user_id, digest, label, created_at, ends_at)
                    SELECT id, ?, ?, ?, ? FROM users WHERE id = ? AND partner_id = ? AND state <> 'deleted'
                    """,
                arguments: [
                    token.digest.blob, token.label, token.createdAt, token.endsAt, token.userID.number, partnerID.text,
                ]
            )
            try context.requireChange("user")
            var added = token
            added.id = AccessToken.ID(context.database.lastInsertedRowID)
            try context.append(event)
            return added
        }
    }

    package func accessToken(
        digest: [UInt8]
    ) async throws(AccountsError) -> (token: AccessToken, partnerID: PartnerID)? {
        try await read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT \(Rows.accessTokenColumns), users.partner_id FROM access_tokens
                    JOIN users ON users.id = user_id WHERE digest = ?
                    """,
                arguments: [digest.blob]
            )
            return try row.map { (Rows.accessToken($0), try PartnerID(parsing: $0[6])) }
        }
    }

    package func accessTokens(of partnerID: PartnerID) async throws(AccountsError) -> [AccessToken] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Rows.accessTokenColumns) FROM access_tokens
                    JOIN users ON users.id = user_id WHERE users.partner_id = ? ORDER BY access_tokens.id DESC
                    """,
                arguments: [partnerID.text]
            )
            .map(Rows.accessToken)
        }
    }

    package func removeAccessToken(
        _ id: AccessToken.ID,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: """
                    DELETE FROM access_tokens WHERE id = ?
                    AND user_id IN (SELECT id FROM users WHERE partner_id = ?)
                    """,
                arguments: [id.number, partnerID.text]
            )
            try context.requireChange("access token")
            try context.append(event)
        }
    }
}

extension Rows {
    fileprivate static let accessTokenColumns = """
        access_tokens.id, user_id, digest, label, access_tokens.created_at, ends_at
        """

    fileprivate static func accessToken(_ row: Row) -> AccessToken {
        AccessToken(
            id: AccessToken.ID(row[0]),
            userID: User.ID(row[1]),
            digest: Array(row[2] as Data),
            label: row[3],
            createdAt: row[4],
            endsAt: row[5]
        )
    }
}
