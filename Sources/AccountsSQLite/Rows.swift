internal import Accounts
internal import Foundation
internal import GRDB
internal import LoginKey

/// Rows to values and back.
///
/// Rows are read by position: it is the hot path of every sign-in.
enum Rows {
    static func insert(_ event: AuditEvent, hash: [UInt8], with statement: HotStatement) throws {
        try statement.run { values in
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

    static let eventColumns = """
        time, correlation_id, partner_id, actor, action, outcome, reason, source, detail, hash, id
        """

    static func event(_ row: Row) throws -> AuditEvent {
        guard let correlationID = CorrelationID(row[1]),
            let action = AuditEvent.Action(rawValue: row[4]),
            let outcome = AuditEvent.Outcome(rawValue: row[5])
        else { throw unreadable("audit") }
        return AuditEvent(
            time: row[0],
            correlationID: correlationID,
            partnerID: try (row[2] as String?).map(PartnerID.init(parsing:)),
            actor: row[3],
            action: action,
            outcome: outcome,
            reason: row[6],
            source: row[7],
            detail: row[8]
        )
    }

    static func unreadable(_ table: String) -> AccountsError {
        AccountsError(code: .storeUnavailable, message: "a row of the table \(table) cannot be read")
    }
}

// MARK: Groups and API keys

extension Rows {
    static let groupColumns = """
        partner_id, name, site, privileges, embedding_origins, use_policy, allows_login_key_urls, allows_passwords
        """

    static let selectGroup = "SELECT \(groupColumns) FROM partner_groups WHERE partner_id = ?"

    static func group(_ partnerID: PartnerID, in database: Database) throws -> Group? {
        try Row.fetchOne(
            database.cachedStatement(sql: selectGroup),
            arguments: [partnerID.text]
        )
        .map(group)
    }

    static func group(_ row: Row) throws -> Group {
        guard let site = Site(rawValue: row[2]), let usePolicy = UsePolicy(rawValue: row[5]) else {
            throw unreadable("partner_groups")
        }
        let origins = (row[4] as String).split(separator: " ").compactMap { Origin(String($0)) }
        return Group(
            partnerID: try PartnerID(parsing: row[0]),
            name: row[1],
            site: site,
            privileges: privileges(row[3]),
            embeddingOrigins: origins,
            usePolicy: usePolicy,
            allowsLoginKeyURLs: row[6],
            allowsPasswords: row[7]
        )
    }

    static func arguments(_ group: Group) -> StatementArguments {
        [
            group.partnerID.text, group.name, group.site.rawValue, Int64(bitPattern: group.privileges.rawValue),
            group.embeddingOrigins.map(\.text).joined(separator: " "), group.usePolicy.rawValue,
            group.allowsLoginKeyURLs, group.allowsPasswords,
        ]
    }

    static func apiKeys(of partnerID: PartnerID, vault: SecretVault, in database: Database) throws -> [APIKeyRecord] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT id, sealed, label, is_weak, created_at, last_used_at, ends_at, is_revoked
                FROM api_keys WHERE partner_id = ? ORDER BY id DESC
                """,
            arguments: [partnerID.text]
        )
        return try rows.map { row in
            let id: Int64 = row[0]
            let apiKey = try vault.openAPIKey(Array(row[1] as Data), for: .apiKey, of: partnerID, owner: "\(id)")
            return APIKeyRecord(
                id: APIKeyRecord.ID(id),
                partnerID: partnerID,
                apiKey: apiKey,
                label: row[2],
                isWeak: row[3],
                createdAt: row[4],
                lastUsedAt: row[5],
                endsAt: row[6],
                isRevoked: row[7]
            )
        }
    }

    static func privileges(_ bits: Int64) -> PrivilegeSet {
        PrivilegeSet(rawValue: UInt64(bitPattern: bits))
    }
}

// MARK: Users and roles

extension Rows {
    static let userColumns = """
        id, partner_id, partner_user_id, username, first_name, last_name, email, phone, role_id, state, password_hash,
        is_administrator, created_at, modified_at
        """

    static func user(_ key: AccountReference, with statements: HotStatements) throws -> User? {
        switch key {
        case .partner(let partnerID, let partnerUserID):
            try statements.userByPartner.first(
                { values in
                    values.bind(partnerID.text)
                    values.bind(partnerUserID.text)
                },
                read: user
            )
        case .username(let username):
            try statements.userByName.first({ $0.bind(username.text) }, read: user)
        case .person(let partnerID, let id):
            try statements.userByID.first(
                { values in
                    values.bind(id.number)
                    values.bind(partnerID.text)
                },
                read: user
            )
        }
    }

    /// The same on a connection that has no prepared statements of ours.
    static func user(_ key: AccountReference, in database: Database) throws -> User? {
        let (condition, arguments): (String, StatementArguments) =
            switch key {
            case .partner(let partnerID, let partnerUserID):
                ("partner_id = ? AND partner_user_id = ?", [partnerID.text, partnerUserID.text])
            case .username(let username): ("username = ?", [username.text])
            case .person(let partnerID, let id): ("id = ? AND partner_id = ?", [id.number, partnerID.text])
            }
        let statement = try database.cachedStatement(sql: "SELECT \(userColumns) FROM users WHERE \(condition)")
        return try Row.fetchOne(statement, arguments: arguments).map(user)
    }

    static func user(_ row: some ColumnReader) throws -> User {
        guard let state = row.text(9).flatMap(User.State.init(rawValue:)) else { throw unreadable("users") }
        return User(
            id: User.ID(row.integer(0)),
            partnerID: try PartnerID(parsing: row.text(1) ?? ""),
            partnerUserID: try row.text(2).map(PartnerUserID.init(parsing:)),
            username: try Username(parsing: row.text(3) ?? ""),
            firstName: row.text(4) ?? "",
            lastName: row.text(5) ?? "",
            email: row.text(6) ?? "",
            phone: row.text(7) ?? "",
            roleID: row.optionalInteger(8).map(Role.ID.init),
            state: state,
            passwordHash: row.text(10).map(PasswordHash.init(text:)),
            isAdministrator: row.integer(11) != 0,
            createdAt: row.integer(12),
            modifiedAt: row.integer(13)
        )
    }

    static func arguments(_ user: User) -> StatementArguments {
        [
            user.partnerID.text, user.partnerUserID?.text, user.username.text, user.firstName, user.lastName,
            user.email, user.phone, user.roleID?.number, user.state.rawValue, user.passwordHash?.text,
            user.isAdministrator,
        ]
    }

    static func role(_ id: Int64, in database: Database) throws -> Role? {
        try Row.fetchOne(
            database,
            sql: "SELECT id, partner_id, name, summary, privileges FROM roles WHERE id = ?",
            arguments: [id]
        )
        .map(role)
    }

    static func role(_ row: Row) throws -> Role {
        Role(
            id: Role.ID(row[0]),
            partnerID: try PartnerID(parsing: row[1]),
            name: row[2],
            summary: row[3],
            privileges: privileges(row[4])
        )
    }
}

// MARK: Sessions

extension Rows {
    static let sessionColumns = """
        id, partner_id, key, is_keyless, kind, owner, status, is_open, server, created_at, started_at, ended_at, agent,
        correlation_id, visitor_name, visitor_email, visitor_phone
        """

    static func session(_ row: Row) throws -> SessionRecord {
        guard let key = SessionKey(row[2]), let kind = SessionRecord.Kind(rawValue: row[4]),
            let owner = SessionSide(rawValue: row[5]), let status = SessionStatus(rawValue: row[6]),
            let correlationID = CorrelationID(row[13])
        else { throw unreadable("sessions") }
        return SessionRecord(
            id: row[0],
            partnerID: try PartnerID(parsing: row[1]),
            key: key,
            isKeyless: row[3],
            kind: kind,
            owner: owner,
            status: status,
            server: row[8],
            createdAt: row[9],
            startedAt: row[10],
            endedAt: row[11],
            agent: row[12],
            visitor: Visitor(name: row[14], email: row[15], phone: row[16]),
            correlationID: correlationID
        )
    }

    static func arguments(_ session: SessionRecord) -> StatementArguments {
        [
            session.id, session.partnerID.text, session.key.text, session.isKeyless, session.kind.rawValue,
            session.owner.rawValue,
            session.status.rawValue, !session.status.isFinal, session.server, session.createdAt, session.startedAt,
            session.endedAt,
            session.agent, session.correlationID.text, session.visitor.name, session.visitor.email,
            session.visitor.phone,
        ]
    }
}

extension [UInt8] {
    /// The bytes as SQLite takes them.
    var blob: Data { Data(self) }
}
