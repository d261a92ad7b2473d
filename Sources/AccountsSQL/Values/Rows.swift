package import Accounts
package import LoginKey
internal import WireProtocol

/// Rows to values and back.
///
/// Rows are read by position: it is the hot path of every sign-in.
package enum Rows {
    /// What ``event(_:)`` reads, and the hash and the number of the row behind it.
    package static let eventColumns = """
        time, correlation_id, partner_id, actor, action, outcome, reason, source, detail, hash, id
        """

    /// Reads an audit event.
    package static func event(_ row: some ColumnReader) throws -> AuditEvent {
        guard let correlationID = CorrelationID(row.string(1)),
            let action = AuditEvent.Action(rawValue: row.string(4)),
            let outcome = AuditEvent.Outcome(rawValue: row.string(5))
        else { throw unreadable("audit") }
        return AuditEvent(
            time: row.integer(0),
            correlationID: correlationID,
            partnerID: try row.text(2).map(PartnerID.init(parsing:)),
            actor: row.string(3),
            action: action,
            outcome: outcome,
            reason: row.string(6),
            source: row.string(7),
            detail: row.string(8)
        )
    }

    /// Reads an audit event with its number and hash.
    package static func auditRow(_ row: some ColumnReader) throws -> AuditRow {
        AuditRow(id: row.integer(10), event: try event(row), hash: row.bytes(9) ?? [])
    }

    /// A row holds what it may not.
    package static func unreadable(_ table: String) -> AccountsError {
        AccountsError(code: .storeUnavailable, message: "a row of the table \(table) cannot be read")
    }
}

// MARK: Groups and API keys

extension Rows {
    /// What ``group(_:)`` reads.
    package static let groupColumns = "\(groupFields), version"

    /// What ``arguments(_:)-(Group)`` gives.
    static let groupFields = """
        partner_id, name, site, privileges, embedding_origins, use_policy, allows_login_key_urls, requires_version_2_keys, \
        allows_passwords, second_factor, security_keys, masks, masks_everything
        """

    /// Looks a group up by its PartnerId.
    package static let selectGroup = "SELECT \(groupColumns) FROM partner_groups WHERE partner_id = ?"

    /// Looks a group up; `nil` if it does not exist.
    package static func group(_ partnerID: PartnerID, in connection: any SQLConnection) throws -> Group? {
        try connection.first("\(selectGroup)", [partnerID.text]) { try group($0) }
    }

    /// Reads a group.
    package static func group(_ row: some ColumnReader) throws -> Group {
        guard let site = Site(rawValue: row.string(2)), let usePolicy = UsePolicy(rawValue: row.string(5)),
            let secondFactor = SecondFactorPolicy(rawValue: row.string(9)),
            let securityKeys = SecondFactorPolicy(rawValue: row.string(10))
        else {
            throw unreadable("partner_groups")
        }
        return Group(
            partnerID: try PartnerID(parsing: row.string(0)),
            name: row.string(1),
            site: site,
            privileges: privileges(row.integer(3)),
            embeddingOrigins: row.string(4).split(separator: " ").compactMap { Origin(String($0)) },
            usePolicy: usePolicy,
            allowsLoginKeyURLs: row.bool(6),
            requiresVersion2Keys: row.bool(7),
            allowsPasswords: row.bool(8),
            secondFactor: secondFactor,
            securityKeys: securityKeys,
            masks: MaskSelectors(
                selectors: row.string(11).split(separator: "\n").map(String.init),
                everything: row.bool(12)
            ),
            version: row.integer(13)
        )
    }

    static func arguments(_ group: Group) -> SQLArguments {
        [
            group.partnerID.text, group.name, group.site.rawValue, Int64(bitPattern: group.privileges.rawValue),
            group.embeddingOrigins.map(\.text).joined(separator: " "), group.usePolicy.rawValue,
            group.allowsLoginKeyURLs, group.requiresVersion2Keys, group.allowsPasswords,
            group.secondFactor.rawValue, group.securityKeys.rawValue, group.masks.selectors.joined(separator: "\n"),
            group.masks.everything,
        ]
    }

    /// All API keys of a group, newest first.
    package static func apiKeys(
        of partnerID: PartnerID,
        vault: SecretVault,
        in connection: any SQLConnection
    ) throws -> [APIKeyRecord] {
        try connection.fetch(
            """
            SELECT id, sealed, label, is_weak, created_at, last_used_at, ends_at, is_revoked, public_key
            FROM api_keys WHERE partner_id = ? ORDER BY id DESC
            """,
            [partnerID.text]
        ) { row in
            let id = row.integer(0)
            let key: VerificationKey =
                if let publicKey = row.bytes(8) {
                    .ed25519(try Ed25519PublicKey(bytes: publicKey))
                } else {
                    .secret(try vault.openAPIKey(row.bytes(1) ?? [], for: .apiKey, of: partnerID, owner: "\(id)"))
                }
            return APIKeyRecord(
                id: APIKeyRecord.ID(id),
                partnerID: partnerID,
                key: key,
                label: row.string(2),
                isWeak: row.bool(3),
                createdAt: row.integer(4),
                lastUsedAt: row.optionalInteger(5),
                endsAt: row.optionalInteger(6),
                isRevoked: row.bool(7)
            )
        }
    }

    private static func privileges(_ bits: Int64) -> PrivilegeSet {
        PrivilegeSet(rawValue: UInt64(bitPattern: bits))
    }
}

// MARK: Users and roles

extension Rows {
    /// What ``user(_:)`` reads.
    package static let userColumns = """
        id, partner_id, partner_user_id, username, first_name, last_name, email, phone, role_id, state, password_hash, \
        is_administrator, created_at, modified_at, version, second_factor, security_keys
        """

    /// Looks a user up; `nil` if there is no such user.
    package static func user(_ key: AccountReference, in connection: any SQLConnection) throws -> User? {
        let (condition, arguments): (String, SQLArguments) =
            switch key {
            case .partner(let partnerID, let partnerUserID):
                ("partner_id = ? AND partner_user_id = ?", [partnerID.text, partnerUserID.text])
            case .username(let username): ("username = ?", [username.text])
            case .person(let partnerID, let id): ("id = ? AND partner_id = ?", [id.number, partnerID.text])
            }
        return try connection.first("SELECT \(userColumns) FROM users WHERE \(condition)", arguments) { try user($0) }
    }

    /// Reads users by their ids, ten thousand at once.
    static func users(_ ids: Set<User.ID>, in connection: any SQLConnection) throws -> [User] {
        var rest = ids.map(\.number)[...]
        var found: [User] = []
        while !rest.isEmpty {
            let list = rest.prefix(10_000).map(String.init).joined(separator: ", ")
            rest = rest.dropFirst(10_000)
            found += try connection.fetch(.once("SELECT \(userColumns) FROM users WHERE id IN (\(list))"), []) {
                try user($0)
            }
        }
        return found
    }

    /// Reads a user.
    package static func user(_ row: some ColumnReader) throws -> User {
        guard let state = row.text(9).flatMap(User.State.init(rawValue:)) else { throw unreadable("users") }
        return User(
            id: User.ID(row.integer(0)),
            partnerID: try PartnerID(parsing: row.string(1)),
            partnerUserID: try row.text(2).map(PartnerUserID.init(parsing:)),
            username: try Username(parsing: row.string(3)),
            firstName: row.string(4),
            lastName: row.string(5),
            email: row.string(6),
            phone: row.string(7),
            roleID: row.optionalInteger(8).map(Role.ID.init),
            state: state,
            passwordHash: row.text(10).map(PasswordHash.init(text:)),
            secondFactorID: row.optionalInteger(15).map(SecondFactor.ID.init),
            securityKeyCount: Int(row.integer(16)),
            isAdministrator: row.bool(11),
            createdAt: row.integer(12),
            modifiedAt: row.integer(13),
            version: row.integer(14)
        )
    }

    static func arguments(_ user: User) -> SQLArguments {
        [
            user.partnerID.text, user.partnerUserID?.text, user.username.text, user.firstName, user.lastName,
            user.email, user.phone, user.roleID?.number, user.state.rawValue, user.passwordHash?.text,
            user.isAdministrator,
        ]
    }

    /// Looks a role up, of whichever group; `nil` if there is no such role.
    package static func role(_ id: Int64, in connection: any SQLConnection) throws -> Role? {
        try connection.first("SELECT \(roleColumns) FROM roles WHERE id = ?", [id]) { try role($0) }
    }

    static let roleColumns = "id, partner_id, name, summary, privileges, version"

    /// Reads a role.
    static func role(_ row: some ColumnReader) throws -> Role {
        Role(
            id: Role.ID(row.integer(0)),
            partnerID: try PartnerID(parsing: row.string(1)),
            name: row.string(2),
            summary: row.string(3),
            privileges: privileges(row.integer(4)),
            version: row.integer(5)
        )
    }
}

// MARK: Sessions

extension Rows {
    static let sessionColumns = """
        id, partner_id, key, is_keyless, kind, owner, status, is_open, server, created_at, started_at, ended_at, agent, \
        correlation_id, visitor_name, visitor_email, visitor_phone, other_agents
        """

    /// The beginning of a query for sessions, up to its condition.
    package static let selectSession = "SELECT \(sessionColumns) FROM sessions WHERE"

    /// Reads a session.
    package static func session(_ row: some ColumnReader) throws -> SessionRecord {
        guard let key = SessionKey(row.string(2)), let kind = SessionRecord.Kind(rawValue: row.string(4)),
            let owner = SessionSide(rawValue: row.string(5)), let status = SessionStatus(rawValue: row.string(6)),
            let correlationID = CorrelationID(row.string(13))
        else { throw unreadable("sessions") }
        return SessionRecord(
            id: row.string(0),
            partnerID: try PartnerID(parsing: row.string(1)),
            key: key,
            isKeyless: row.bool(3),
            kind: kind,
            owner: owner,
            status: status,
            server: row.string(8),
            createdAt: row.integer(9),
            startedAt: row.optionalInteger(10),
            endedAt: row.optionalInteger(11),
            agent: row.string(12),
            otherAgents: row.string(17).split(separator: "\n").map(String.init),
            visitor: Visitor(name: row.string(14), email: row.string(15), phone: row.string(16)),
            correlationID: correlationID
        )
    }

    static func arguments(_ session: SessionRecord) -> SQLArguments {
        [
            session.id, session.partnerID.text, session.key.text, session.isKeyless, session.kind.rawValue,
            session.owner.rawValue, session.status.rawValue, !session.status.isFinal, session.server,
            session.createdAt, session.startedAt, session.endedAt, session.agent, session.correlationID.text,
            session.visitor.name, session.visitor.email, session.visitor.phone, otherAgents(session),
        ]
    }

    /// The other agents of a session as a text, each between two line feeds, of which no name has one.
    static func otherAgents(_ session: SessionRecord) -> String {
        let names = session.otherAgents.filter { !$0.utf8.contains(UInt8(ascii: "\n")) }
        return names.isEmpty ? "" : "\n\(names.joined(separator: "\n"))\n"
    }
}
