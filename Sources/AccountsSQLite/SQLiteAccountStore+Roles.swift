package import Accounts
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func createRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) -> Role {
        var role = role
        role.id = Role.ID(0)
        guard let created = try await saveRoles([role], of: role.partnerID, recording: event).first else {
            throw .unavailable(nil)
        }
        return created
    }

    package func updateRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) {
        _ = try await saveRoles([role], of: role.partnerID, recording: event)
    }

    package func saveRoles(
        _ roles: [Role],
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) -> [Role] {
        for role in roles {
            try Provisioning.check(role.name, field: "name", limit: 70)
            try Provisioning.check(role.summary, field: "description", limit: 255)
        }
        return try await writer.submitIsolated { context in
            let saved = try roles.map { role in
                try role.id.number == 0 ? context.create(role, of: partnerID) : context.update(role, of: partnerID)
            }
            try context.raiseRevision()
            try context.append(event)
            return saved
        }
    }

    package func deleteRoles(
        _ ids: [Role.ID],
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            for id in ids {
                try context.delete(id, of: partnerID)
            }
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

    package func roleUse(in partnerID: PartnerID) async throws(AccountsError) -> [Role.ID: Int] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT role_id, count(*) FROM users WHERE role_id IN (SELECT id FROM roles WHERE partner_id = ?)
                    GROUP BY role_id
                    """,
                arguments: [partnerID.text]
            )
            return Dictionary(uniqueKeysWithValues: rows.map { (Role.ID($0[0]), $0[1]) })
        }
    }
}

extension BatchContext {
    fileprivate func create(_ role: Role, of partnerID: PartnerID) throws -> Role {
        try database.execute(
            sql: "INSERT INTO roles (partner_id, name, summary, privileges) VALUES (?, ?, ?, ?)",
            arguments: [partnerID.text, role.name, role.summary, Int64(bitPattern: role.privileges.rawValue)]
        )
        var created = role
        created.id = Role.ID(database.lastInsertedRowID)
        return created
    }

    fileprivate func update(_ role: Role, of partnerID: PartnerID) throws -> Role {
        try database.execute(
            sql: "UPDATE roles SET name = ?, summary = ?, privileges = ? WHERE id = ? AND partner_id = ?",
            arguments: [
                role.name, role.summary, Int64(bitPattern: role.privileges.rawValue), role.id.number, partnerID.text,
            ]
        )
        try requireChange("role \(role.name)")
        return role
    }

    fileprivate func delete(_ id: Role.ID, of partnerID: PartnerID) throws {
        let isUsed = try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM users WHERE role_id = ?)
                AND EXISTS (SELECT 1 FROM roles WHERE id = ? AND partner_id = ?)
                """,
            arguments: [id.number, id.number, partnerID.text]
        )
        guard isUsed == false else {
            throw AccountsError(code: .inUse, message: "role \(id) is still given to users")
        }
        try database.execute(
            sql: "DELETE FROM roles WHERE id = ? AND partner_id = ?",
            arguments: [id.number, partnerID.text]
        )
        try requireChange("role \(id)")
    }
}
