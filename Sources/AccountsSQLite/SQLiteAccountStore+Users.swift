package import Accounts
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func createUsers(_ users: [User], recording event: AuditEvent) async throws(AccountsError) -> [User] {
        for user in users {
            try Provisioning.check(user)
        }
        return try await writer.submitIsolated { context in
            let created = try users.map { try context.create($0, at: event.time / 1000) }
            try context.append(event)
            return created
        }
    }

    package func updateUser(_ user: User, recording event: AuditEvent) async throws(AccountsError) {
        try Provisioning.check(user)
        try await writer.submitIsolated { context in
            _ = try context.update(user, at: event.time / 1000, mayRevive: true)
            try context.append(event)
        }
    }

    package func changeUsers(_ changes: [UserChange]) async throws(AccountsError) -> [Result<User, AccountsError>] {
        try await writer.submit { context in
            try changes.map { change in
                try context.isolated {
                    if change.kind != .delete { try Provisioning.check(change.user) }
                    let user = try context.carryOut(change)
                    try context.append(change.event)
                    return user
                }
            }
        }
    }

    package func users(of partnerID: PartnerID, after: User.ID?, limit: Int) async throws(AccountsError) -> [User] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT \(Rows.userColumns) FROM users WHERE partner_id = ? AND id > ? ORDER BY id LIMIT ?",
                arguments: [partnerID.text, after?.number ?? 0, limit]
            )
            .map(Rows.user)
        }
    }

    package func users(_ ids: [User.ID], of partnerID: PartnerID) async throws(AccountsError) -> [User] {
        let list = "[" + ids.map { "\($0.number)" }.joined(separator: ",") + "]"
        return try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Rows.userColumns) FROM users WHERE id IN (SELECT value FROM json_each(?))
                    AND partner_id = ? AND state <> 'deleted' ORDER BY id
                    """,
                arguments: [list, partnerID.text]
            )
            .map(Rows.user)
        }
    }

    package func users(
        matching query: UserQuery,
        of partnerID: PartnerID
    ) async throws(AccountsError) -> UserPage {
        let condition = UserFilterSQL(query.filter, in: partnerID)
        return try await read { database in
            let total = try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM users WHERE \(condition.text)",
                arguments: condition.arguments
            )
            let users = try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Rows.userColumns) FROM users WHERE \(condition.text) AND id > ? ORDER BY id LIMIT ? OFFSET ?
                    """,
                arguments: condition.arguments + [query.after?.number ?? 0, query.limit, query.offset]
            )
            return UserPage(users: try users.map(Rows.user), total: total ?? 0)
        }
    }
}

// MARK: Writing one user

extension BatchContext {
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
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO users (partner_id, partner_user_id, username, first_name, last_name, email, phone,
                role_id, state, password_hash, is_administrator, created_at, modified_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        try makeRoom(for: user)
        try naming(user) { try insert.execute(arguments: Rows.arguments(user) + [now, now]) }
        user.id = User.ID(database.lastInsertedRowID)
        return user
    }

    fileprivate func update(_ user: User, at now: Int64, mayRevive: Bool = false) throws -> User {
        try requireRole(of: user)
        var user = user
        user.modifiedAt = now
        let update = try database.cachedStatement(
            sql: """
                UPDATE users SET partner_id = ?, partner_user_id = ?, username = ?, first_name = ?,
                last_name = ?, email = ?, phone = ?, role_id = ?, state = ?, password_hash = ?,
                is_administrator = ?, modified_at = ?
                WHERE id = ? AND partner_id = ? AND (state <> 'deleted' OR ?)
                """
        )
        let arguments = Rows.arguments(user) + [now, user.id.number, user.partnerID.text, mayRevive]
        try makeRoom(for: user)
        try naming(user) { try update.execute(arguments: arguments) }
        try requireChange("user \(user.username)")
        return user
    }

    private func delete(_ user: User, at now: Int64) throws -> User {
        let selected = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT \(Rows.userColumns) FROM users WHERE id = ? AND partner_id = ? AND state <> 'deleted'"
            ),
            arguments: [user.id.number, user.partnerID.text]
        )
        guard var user = try selected.map(Rows.user) else { throw AccountsError.notFound("user") }
        try database.cachedStatement(
            sql: """
                UPDATE users SET state = 'deleted', role_id = NULL, password_hash = NULL, is_administrator = 0,
                modified_at = ? WHERE id = ?
                """
        )
        .execute(arguments: [now, user.id.number])
        try forgetBelongings(of: [user.id.number])
        user.state = .deleted
        user.modifiedAt = now
        return user
    }

    private func forgetBelongings(of ids: [Int64]) throws {
        for id in ids {
            try database.cachedStatement(sql: "DELETE FROM clients WHERE user_id = ?").execute(arguments: [id])
            try database.cachedStatement(sql: "DELETE FROM access_tokens WHERE user_id = ?").execute(arguments: [id])
        }
    }

    /// Forgets deleted users that still have one of the names of a user.
    private func makeRoom(for user: User) throws {
        try database.cachedStatement(
            sql: """
                DELETE FROM users WHERE state = 'deleted' AND id <> ?
                AND (username = ? OR (partner_id = ? AND partner_user_id = ?))
                """
        )
        .execute(arguments: [user.id.number, user.username.text, user.partnerID.text, user.partnerUserID?.text])
    }

    /// A role of another group is not there.
    private func requireRole(of user: User) throws {
        guard let id = user.roleID else { return }
        guard try role(id, of: user.partnerID) != nil else {
            throw AccountsError(code: .notFound, message: "user \(user.username): there is no such role")
        }
    }

    /// Turns a constraint that a user breaks into an error that says which user, and what is wrong.
    private func naming(_ user: User, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw AccountsError(
                code: .alreadyExists,
                message: "user \(user.username): the user name or the PartnerUserId is taken",
                cause: error
            )
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY {
            throw AccountsError(code: .notFound, message: "user \(user.username): there is no such group or role")
        }
    }
}
