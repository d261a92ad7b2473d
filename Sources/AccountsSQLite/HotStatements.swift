internal import GRDB

/// The statements of every sign-in.
///
/// They belong to the writer's connection.
struct HotStatements {
    let revision: HotStatement
    let chainHead: HotStatement
    let userByPartner: HotStatement
    let userByName: HotStatement
    let userByID: HotStatement
    /// The first user of all, whoever that is.
    let anyUser: HotStatement
    let spend: HotStatement
    let firstUse: HotStatement
    let insertEvent: HotStatement

    init(_ database: Database) throws {
        let users = "SELECT \(Rows.userColumns) FROM users WHERE"
        revision = try HotStatement(database, "SELECT revision FROM store")
        chainHead = try HotStatement(database, "SELECT hash FROM audit ORDER BY id DESC LIMIT 1")
        userByPartner = try HotStatement(database, "\(users) partner_id = ? AND partner_user_id = ?")
        userByName = try HotStatement(database, "\(users) username = ?")
        userByID = try HotStatement(database, "\(users) id = ? AND partner_id = ?")
        anyUser = try HotStatement(database, "SELECT \(Rows.userColumns) FROM users ORDER BY id LIMIT 1")
        spend = try HotStatement(
            database,
            "INSERT OR IGNORE INTO spent_keys (forget_at, identity, first_used_at) VALUES (?, ?, ?)"
        )
        firstUse = try HotStatement(
            database,
            "SELECT first_used_at FROM spent_keys WHERE forget_at = ? AND identity = ?"
        )
        insertEvent = try HotStatement(
            database,
            """
            INSERT INTO audit
            (time, correlation_id, partner_id, actor, action, outcome, reason, source, detail, hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
    }
}
