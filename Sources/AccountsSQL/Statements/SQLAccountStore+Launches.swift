package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func createLaunch(_ launch: LaunchRecord, recording event: AuditEvent) async throws(AccountsError) {
        try await write(.rows) { transaction in
            try transaction.execute(
                "INSERT INTO launches (\(Rows.launchColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    launch.id.text, launch.partnerID.text, launch.userID.number, launch.correlationID.text,
                    launch.sessionKey.text, launch.state.rawValue, launch.clientVersion, launch.reason,
                    launch.clientKey?.text, launch.createdAt, launch.changedAt, launch.forgetAt,
                ]
            )
            try transaction.append(event)
        }
    }

    package func updateLaunches(_ update: LaunchUpdate, recording event: AuditEvent) async throws(AccountsError) {
        try await write(.rows) { transaction in
            try transaction.update(update, at: event.time / 1000)
            try transaction.append(event)
        }
    }

    package func launch(
        _ id: CorrelationID,
        of partnerID: PartnerID
    ) async throws(AccountsError) -> LaunchRecord? {
        try await read { connection in
            try connection.first(
                "SELECT \(Rows.launchColumns) FROM launches WHERE id = ? AND partner_id = ?",
                [id.text, partnerID.text]
            ) { try Rows.launch($0) }
        }
    }
}

extension SQLTransaction {
    /// Notes what has happened to launches.
    package func update(_ update: LaunchUpdate, at now: Int64) throws {
        let (column, id) =
            switch update.target {
            case .launch(let id): ("id", id)
            case .click(let id, _): ("correlation_id", id)
            }
        let found = try fetch(
            "SELECT \(Rows.launchColumns) FROM launches WHERE \(column) = ? \(dialect.forUpdate)",
            [id.text]
        ) { try Rows.launch($0) }
        for var launch in found where update.concerns(launch) {
            launch.apply(update.change, at: now)
            try execute(
                """
                UPDATE launches SET state = ?, client_version = ?, reason = ?, client_key = ?, changed_at = ?
                WHERE id = ?
                """,
                [
                    launch.state.rawValue, launch.clientVersion, launch.reason, launch.clientKey?.text,
                    launch.changedAt, launch.id.text,
                ]
            )
        }
    }
}

extension Rows {
    fileprivate static let launchColumns = """
        id, partner_id, user_id, correlation_id, session_key, state, client_version, reason, client_key, created_at, \
        changed_at, forget_at
        """

    fileprivate static func launch(_ row: some ColumnReader) throws -> LaunchRecord {
        guard let id = CorrelationID(row.string(0)), let correlationID = CorrelationID(row.string(3)),
            let key = SessionKey(row.string(4)), let state = LaunchRecord.State(rawValue: row.string(5))
        else { throw unreadable("launches") }
        var launch = LaunchRecord(
            id: id,
            partnerID: try PartnerID(parsing: row.string(1)),
            userID: User.ID(row.integer(2)),
            correlationID: correlationID,
            sessionKey: key,
            createdAt: row.integer(9),
            forgetAt: row.integer(11)
        )
        launch.state = state
        (launch.clientVersion, launch.reason, launch.changedAt) = (row.string(6), row.string(7), row.integer(10))
        launch.clientKey = row.text(8).flatMap(ClientKey.init)
        return launch
    }
}
