package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func createUsers(_ users: [User], recording event: AuditEvent) async throws(AccountsError) -> [User] {
        for user in users {
            try Provisioning.check(user)
        }
        return try await write { transaction in
            let created = try users.map { try transaction.create($0, at: event.time / 1000) }
            try transaction.append(event)
            return created
        }
    }

    @discardableResult
    package func updateUser(_ user: User, recording event: AuditEvent) async throws(AccountsError) -> User {
        try Provisioning.check(user)
        return try await write { transaction in
            let changed = try transaction.update(user, at: event.time / 1000, mayRevive: true)
            try transaction.append(event)
            return changed
        }
    }

    package func changeUsers(_ changes: [UserChange]) async throws(AccountsError) -> [Result<User, AccountsError>] {
        try await write { transaction in
            try changes.map { change in
                try transaction.isolated {
                    if change.kind != .delete { try Provisioning.check(change.user) }
                    let user = try transaction.carryOut(change)
                    try transaction.append(change.event)
                    return user
                }
            }
        }
    }

    package func users(of partnerID: PartnerID, after: User.ID?, limit: Int) async throws(AccountsError) -> [User] {
        try await read { connection in
            try connection.fetch(
                "SELECT \(Rows.userColumns) FROM users WHERE partner_id = ? AND id > ? ORDER BY id LIMIT ?",
                [partnerID.text, after?.number ?? 0, limit]
            ) { try Rows.user($0) }
        }
    }

    package func users(_ ids: [User.ID], of partnerID: PartnerID) async throws(AccountsError) -> [User] {
        guard !ids.isEmpty else { return [] }
        let list = ids.map { "\($0.number)" }.joined(separator: ", ")
        return try await read { connection in
            try connection.fetch(
                .once(
                    """
                    SELECT \(Rows.userColumns) FROM users WHERE id IN (\(list)) AND partner_id = ?
                    AND state <> 'deleted' ORDER BY id
                    """
                ),
                [partnerID.text]
            ) { try Rows.user($0) }
        }
    }

    package func users(
        matching query: UserQuery,
        of partnerID: PartnerID
    ) async throws(AccountsError) -> UserPage {
        try await read { connection in
            let condition = UserFilterSQL(query.filter, in: partnerID, for: connection.dialect)
            let total = try connection.first(
                .once("SELECT count(*) FROM users WHERE \(condition.text)"),
                condition.arguments
            ) { $0.integer(0) }
            let users = try connection.fetch(
                .once(
                    """
                    SELECT \(Rows.userColumns) FROM users WHERE \(condition.text) AND id > ?
                    ORDER BY id LIMIT ? OFFSET ?
                    """
                ),
                condition.arguments + [query.after?.number ?? 0, query.limit, query.offset]
            ) { try Rows.user($0) }
            return UserPage(users: users, total: Int(total ?? 0))
        }
    }
}

// MARK: Writing one user

extension SQLTransaction {
    fileprivate func carryOut(_ change: UserChange) throws -> User {
        let now = change.event.time / 1000
        switch change.kind {
        case .create: return try create(change.user, at: now)
        case .update: return try update(change.user, at: now)
        case .delete: return try delete(change.user, at: now)
        }
    }

    fileprivate func create(_ user: User, at now: Int64) throws -> User {
        try requireRole(of: user)
        var user = user
        user.createdAt = now
        user.modifiedAt = now
        user.version = 1
        try makeRoom(for: user)
        try requireOneSpelling(of: user)
        let arguments = Rows.arguments(user) + [now, now]
        let id = try naming(user) {
            try insert(
                "user",
                """
                INSERT INTO users (partner_id, partner_user_id, username, first_name, last_name, email, phone,
                role_id, state, password_hash, is_administrator, created_at, modified_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                arguments
            )
        }
        user.id = User.ID(id)
        return user
    }

    fileprivate func update(_ user: User, at now: Int64, mayRevive: Bool = false) throws -> User {
        try requireRole(of: user)
        var user = user
        user.modifiedAt = now
        try makeRoom(for: user)
        try requireOneSpelling(of: user)
        let arguments = Rows.arguments(user) + [now, user.id.number, user.partnerID.text, mayRevive, user.version]
        try naming(user) {
            try change(
                "user \(user.username)",
                ofVersion: (
                    "users", "id = ? AND partner_id = ? AND (state <> 'deleted' OR ? = 1)",
                    [user.id.number, user.partnerID.text, mayRevive]
                ),
                """
                UPDATE users SET partner_id = ?, partner_user_id = ?, username = ?, first_name = ?,
                last_name = ?, email = ?, phone = ?, role_id = ?, state = ?, password_hash = ?,
                is_administrator = ?, modified_at = ?, version = version + 1
                WHERE id = ? AND partner_id = ? AND (state <> 'deleted' OR ? = 1) AND version = ?
                """,
                arguments
            )
        }
        user.version += 1
        return user
    }

    private func delete(_ user: User, at now: Int64) throws -> User {
        let found = try first(
            "SELECT \(Rows.userColumns) FROM users WHERE id = ? AND partner_id = ? AND state <> 'deleted'",
            [user.id.number, user.partnerID.text]
        ) { try Rows.user($0) }
        guard let found else { throw AccountsError.notFound("user") }
        try change(
            "user \(found.username)",
            ofVersion: ("users", "id = ?", [user.id.number]),
            """
            UPDATE users SET state = 'deleted', role_id = NULL, password_hash = NULL, is_administrator = 0,
            second_factor = NULL, security_keys = 0, modified_at = ?, version = version + 1
            WHERE id = ? AND version = ?
            """,
            [now, user.id.number, user.version]
        )
        for table in ["clients", "access_tokens", "second_factors", "security_keys"] {
            try execute("DELETE FROM \(table) WHERE user_id = ?", [user.id.number])
        }
        var deleted = found
        deleted.state = .deleted
        deleted.modifiedAt = now
        deleted.version += 1
        return deleted
    }

    /// Forgets deleted users that still have one of the names of a user, and their launches.
    private func makeRoom(for user: User) throws {
        let condition = """
            state = 'deleted' AND id <> ? AND (username = ? OR (partner_id = ? AND partner_user_id = ?))
            """
        let arguments: SQLArguments = [
            user.id.number, user.username.text, user.partnerID.text, user.partnerUserID?.text,
        ]
        guard try exists("SELECT 1 FROM users WHERE \(condition)", arguments) else { return }
        try execute("DELETE FROM launches WHERE user_id IN (SELECT id FROM users WHERE \(condition))", arguments)
        try execute("DELETE FROM users WHERE \(condition)", arguments)
    }

    /// Refuses a Salesforce id that somebody has in its other length; who has it already, beside them, keeps it.
    private func requireOneSpelling(of user: User) throws {
        guard let own = user.partnerUserID, let other = own.otherSalesforceSpelling else { return }
        let live = "SELECT 1 FROM users WHERE partner_id = ? AND partner_user_id = ? AND state <> 'deleted'"
        let isTaken = try exists("\(live) AND id <> ?", [user.partnerID.text, other.text, user.id.number])
        let isKept = try exists("\(live) AND id = ?", [user.partnerID.text, own.text, user.id.number])
        guard isTaken, !isKept else { return }
        throw AccountsError(
            code: .alreadyExists,
            message: "user \(user.username): the PartnerUserId is taken, as \(other.text)"
        )
    }

    /// A role of another group is not there.
    private func requireRole(of user: User) throws {
        guard let id = user.roleID else { return }
        guard try role(id, of: user.partnerID) != nil else {
            throw AccountsError(code: .notFound, message: "user \(user.username): there is no such role")
        }
    }

    /// Turns a constraint that a user breaks into an error that says which user, and what is wrong.
    private func naming<Value>(_ user: User, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch SQLConstraintViolation.unique {
            throw AccountsError(
                code: .alreadyExists,
                message: "user \(user.username): the user name or the PartnerUserId is taken",
                cause: SQLConstraintViolation.unique
            )
        } catch SQLConstraintViolation.foreignKey {
            throw AccountsError(code: .notFound, message: "user \(user.username): there is no such group or role")
        }
    }
}
