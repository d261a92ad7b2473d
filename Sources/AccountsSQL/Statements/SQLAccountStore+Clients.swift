package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func enrollClient(
        _ client: EnrolledClient,
        for userID: User.ID,
        of partnerID: PartnerID,
        launch: CorrelationID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await write { transaction in
            guard
                try transaction.exists(
                    "SELECT 1 FROM users WHERE id = ? AND partner_id = ?",
                    [userID.number, partnerID.text]
                )
            else { throw AccountsError.notFound("user") }
            try transaction.execute(
                "INSERT INTO clients (user_id, key, enrolled_at) VALUES (?, ?, ?) ON CONFLICT (user_id, key) DO NOTHING",
                [userID.number, client.key.text, client.enrolledAt]
            )
            try transaction.update(LaunchUpdate(.enrolled, of: .launch(launch), in: partnerID), at: client.enrolledAt)
            try transaction.append(event)
        }
    }

    package func enrolledClients(of userID: User.ID) async throws(AccountsError) -> [EnrolledClient] {
        try await read { connection in
            try connection.fetch(
                "SELECT key, enrolled_at FROM clients WHERE user_id = ? ORDER BY enrolled_at, key",
                [userID.number]
            ) { row in
                guard let key = ClientKey(row.string(0)) else { throw Rows.unreadable("clients") }
                return EnrolledClient(key: key, enrolledAt: row.integer(1))
            }
        }
    }

    package func removeClients(of userID: User.ID, recording event: AuditEvent) async throws(AccountsError) {
        try await write { transaction in
            try transaction.execute("DELETE FROM clients WHERE user_id = ?", [userID.number])
            try transaction.append(event)
        }
    }
}
