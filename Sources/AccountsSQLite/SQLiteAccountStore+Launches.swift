package import Accounts
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func createLaunch(_ launch: LaunchRecord, recording event: AuditEvent) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: """
                    INSERT INTO launches (\(Rows.launchColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    launch.id.text, launch.partnerID.text, launch.userID.number, launch.correlationID.text,
                    launch.sessionKey.text, launch.state.rawValue, launch.clientVersion, launch.reason,
                    launch.clientKey?.text, launch.createdAt, launch.changedAt, launch.forgetAt,
                ]
            )
            try context.append(event)
        }
    }

    package func updateLaunches(_ update: LaunchUpdate, recording event: AuditEvent) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.update(update, at: event.time / 1000)
            try context.append(event)
        }
    }

    package func launch(
        _ id: CorrelationID,
        of partnerID: PartnerID
    ) async throws(AccountsError) -> LaunchRecord? {
        try await read { database in
            try Row.fetchOne(
                database.cachedStatement(
                    sql: "SELECT \(Rows.launchColumns) FROM launches WHERE id = ? AND partner_id = ?"
                ),
                arguments: [id.text, partnerID.text]
            )
            .map(Rows.launch)
        }
    }
}

extension BatchContext {
    /// Notes what has happened to launches.
    func update(_ update: LaunchUpdate, at now: Int64) throws {
        let (column, id) =
            switch update.target {
            case .launch(let id): ("id", id)
            case .click(let id, _): ("correlation_id", id)
            }
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT \(Rows.launchColumns) FROM launches WHERE \(column) = ?"),
            arguments: [id.text]
        )
        for var launch in try rows.map(Rows.launch) where update.concerns(launch) {
            launch.apply(update.change, at: now)
            try database.cachedStatement(
                sql: """
                    UPDATE launches SET state = ?, client_version = ?, reason = ?, client_key = ?, changed_at = ?
                    WHERE id = ?
                    """
            )
            .execute(arguments: [
                launch.state.rawValue, launch.clientVersion, launch.reason, launch.clientKey?.text, launch.changedAt,
                launch.id.text,
            ])
        }
    }
}

extension Rows {
    static let launchColumns = """
        id, partner_id, user_id, correlation_id, session_key, state, client_version, reason, client_key, created_at, \
        changed_at, forget_at
        """

    static func launch(_ row: Row) throws -> LaunchRecord {
        guard let id = CorrelationID(row[0]), let correlationID = CorrelationID(row[3]), let key = SessionKey(row[4]),
            let state = LaunchRecord.State(rawValue: row[5])
        else { throw unreadable("launches") }
        var launch = LaunchRecord(
            id: id,
            partnerID: try PartnerID(parsing: row[1]),
            userID: User.ID(row[2]),
            correlationID: correlationID,
            sessionKey: key,
            createdAt: row[9],
            forgetAt: row[11]
        )
        (launch.state, launch.clientVersion, launch.reason, launch.changedAt) = (state, row[6], row[7], row[10])
        launch.clientKey = (row[8] as String?).flatMap(ClientKey.init)
        return launch
    }
}
