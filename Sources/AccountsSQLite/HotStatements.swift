internal import Accounts
internal import AccountsSQL
internal import GRDB
internal import LoginKey

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

extension HotStatements {
    /// Looks a user up; `nil` if there is no such user.
    func user(_ key: AccountReference) throws -> User? {
        switch key {
        case .partner(let partnerID, let partnerUserID):
            try userByPartner.first(
                { values in
                    values.bind(partnerID.text)
                    values.bind(partnerUserID.text)
                },
                read: { try Rows.user($0) }
            )
        case .username(let username):
            try userByName.first({ $0.bind(username.text) }, read: { try Rows.user($0) })
        case .person(let partnerID, let id):
            try userByID.first(
                { values in
                    values.bind(id.number)
                    values.bind(partnerID.text)
                },
                read: { try Rows.user($0) }
            )
        }
    }

    /// Adds an event to the audit, with the hash of its row.
    func insert(_ event: AuditEvent, hash: [UInt8]) throws {
        try insertEvent.run { values in
            values.bind(event.time)
            values.bind(event.correlationID.text)
            values.bind(event.partnerID?.text)
            values.bind(event.actor)
            values.bind(event.action.rawValue)
            values.bind(event.outcome.rawValue)
            values.bind(event.reason)
            values.bind(event.source)
            values.bind(event.detail)
            values.bind(hash)
        }
    }
}
