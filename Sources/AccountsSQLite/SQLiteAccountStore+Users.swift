package import Accounts
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func createUsers(_ users: [User], recording event: AuditEvent) async throws(AccountsError) -> Int {
        for user in users {
            try Provisioning.check(user)
        }
        return try await writer.submitIsolated { context in
            let statement = try context.database.makeStatement(
                sql: """
                    INSERT INTO users (partner_id, partner_user_id, username, first_name, last_name, email, phone,
                    role_id, state, password_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            )
            for user in users {
                try context.naming(user) { try statement.execute(arguments: Rows.arguments(user)) }
            }
            try context.append(event)
            return users.count
        }
    }

    package func updateUser(_ user: User, recording event: AuditEvent) async throws(AccountsError) {
        try Provisioning.check(user)
        try await writer.submitIsolated { context in
            try context.naming(user) {
                try context.database.execute(
                    sql: """
                        UPDATE users SET partner_id = ?, partner_user_id = ?, username = ?, first_name = ?,
                        last_name = ?, email = ?, phone = ?, role_id = ?, state = ?, password_hash = ?
                        WHERE id = ? AND partner_id = ?
                        """,
                    arguments: Rows.arguments(user) + [user.id.number, user.partnerID.text]
                )
            }
            try context.requireChange("user \(user.username)")
            try context.append(event)
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
}

// MARK: Roles

extension SQLiteAccountStore {
    package func createRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) -> Role {
        try Provisioning.check(role.name, field: "name", limit: 70)
        try Provisioning.check(role.summary, field: "description", limit: 255)
        return try await writer.submitIsolated { context in
            try context.database.execute(
                sql: "INSERT INTO roles (partner_id, name, summary, privileges) VALUES (?, ?, ?, ?)",
                arguments: [
                    role.partnerID.text, role.name, role.summary, Int64(bitPattern: role.privileges.rawValue),
                ]
            )
            var created = role
            created.id = Role.ID(context.database.lastInsertedRowID)
            try context.raiseRevision()
            try context.append(event)
            return created
        }
    }

    package func updateRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) {
        try Provisioning.check(role.name, field: "name", limit: 70)
        try Provisioning.check(role.summary, field: "description", limit: 255)
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: "UPDATE roles SET name = ?, summary = ?, privileges = ? WHERE id = ? AND partner_id = ?",
                arguments: [
                    role.name, role.summary, Int64(bitPattern: role.privileges.rawValue), role.id.number,
                    role.partnerID.text,
                ]
            )
            try context.requireChange("role \(role.name)")
            try context.raiseRevision()
            try context.append(event)
        }
    }

    package func roles(of partnerID: PartnerID) async throws(AccountsError) -> [Role] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, partner_id, name, summary, privileges FROM roles WHERE partner_id = ? ORDER BY name
                    """,
                arguments: [partnerID.text]
            )
            .map(Rows.role)
        }
    }
}

extension BatchContext {
    /// Turns a constraint that a user breaks into an error that says which user, and what is wrong.
    fileprivate func naming(_ user: User, _ body: () throws -> Void) throws {
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
