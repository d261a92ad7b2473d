package import Accounts
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func enrollClient(
        _ client: EnrolledClient,
        for userID: User.ID,
        of partnerID: PartnerID,
        launch: CorrelationID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            let isThere = try Bool.fetchOne(
                context.database,
                sql: "SELECT EXISTS (SELECT 1 FROM users WHERE id = ? AND partner_id = ?)",
                arguments: [userID.number, partnerID.text]
            )
            guard isThere == true else { throw AccountsError.notFound("user") }
            try context.database.execute(
                sql: "INSERT OR IGNORE INTO clients (user_id, key, enrolled_at) VALUES (?, ?, ?)",
                arguments: [userID.number, client.key.text, client.enrolledAt]
            )
            try context.update(LaunchUpdate(.enrolled, of: .launch(launch), in: partnerID), at: client.enrolledAt)
            try context.append(event)
        }
    }

    package func enrolledClients(of userID: User.ID) async throws(AccountsError) -> [EnrolledClient] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT key, enrolled_at FROM clients WHERE user_id = ? ORDER BY enrolled_at, key",
                arguments: [userID.number]
            )
            .map { row in
                guard let key = ClientKey(row[0]) else { throw Rows.unreadable("clients") }
                return EnrolledClient(key: key, enrolledAt: row[1])
            }
        }
    }

    package func removeClients(of userID: User.ID, recording event: AuditEvent) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(sql: "DELETE FROM clients WHERE user_id = ?", arguments: [userID.number])
            try context.append(event)
        }
    }
}
