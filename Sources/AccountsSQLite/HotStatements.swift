internal import GRDB

/// The statements of every sign-in.
///
/// They belong to the writer's connection.
struct HotStatements {
    let revision: Statement
    let chainHead: Statement
    let userByPartner: Statement
    let userByName: Statement
    let userByID: Statement
    let spend: Statement
    let firstUse: Statement
    let insertEvent: Statement

    init(_ database: Database) throws {
        let users = "SELECT \(Rows.userColumns) FROM users WHERE"
        revision = try database.makeStatement(sql: "SELECT revision FROM store")
        chainHead = try database.makeStatement(sql: "SELECT hash FROM audit ORDER BY id DESC LIMIT 1")
        userByPartner = try database.makeStatement(sql: "\(users) partner_id = ? AND partner_user_id = ?")
        userByName = try database.makeStatement(sql: "\(users) username = ?")
        userByID = try database.makeStatement(sql: "\(users) id = ? AND partner_id = ?")
        spend = try database.makeStatement(
            sql: "INSERT OR IGNORE INTO spent_keys (forget_at, identity, first_used_at) VALUES (?, ?, ?)"
        )
        firstUse = try database.makeStatement(
            sql: "SELECT first_used_at FROM spent_keys WHERE forget_at = ? AND identity = ?"
        )
        insertEvent = try database.makeStatement(
            sql: """
                INSERT INTO audit
                (time, correlation_id, partner_id, actor, action, outcome, reason, source, detail, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
    }
}
