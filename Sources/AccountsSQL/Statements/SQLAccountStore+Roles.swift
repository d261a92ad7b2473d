package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func createRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) -> Role {
        var role = role
        role.id = Role.ID(0)
        guard let created = try await saveRoles([role], of: role.partnerID, recording: event).first else {
            throw AccountsError.notFound("role")
        }
        return created
    }

    @discardableResult
    package func updateRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) -> Role {
        guard let changed = try await saveRoles([role], of: role.partnerID, recording: event).first else {
            throw AccountsError.notFound("role")
        }
        return changed
    }

    package func saveRoles(
        _ roles: [Role],
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) -> [Role] {
        for role in roles {
            try Provisioning.check(role)
        }
        return try await write { transaction in
            let saved = try roles.map { role in
                try role.id.number == 0
                    ? transaction.create(role, of: partnerID) : transaction.update(role, of: partnerID)
            }
            try transaction.raiseRevision()
            try transaction.append(event)
            return saved
        }
    }

    package func deleteRoles(
        _ ids: [Role.ID],
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await write { transaction in
            for id in ids {
                try transaction.delete(id, of: partnerID)
            }
            try transaction.raiseRevision()
            try transaction.append(event)
        }
    }

    package func roles(of partnerID: PartnerID) async throws(AccountsError) -> [Role] {
        try await read { connection in
            try connection.fetch(
                "SELECT \(Rows.roleColumns) FROM roles WHERE partner_id = ? ORDER BY name",
                [partnerID.text]
            ) { try Rows.role($0) }
        }
    }

    package func roleUse(in partnerID: PartnerID) async throws(AccountsError) -> [Role.ID: Int] {
        try await read { connection in
            let rows = try connection.fetch(
                """
                SELECT role_id, count(*) FROM users WHERE role_id IN (SELECT id FROM roles WHERE partner_id = ?)
                GROUP BY role_id
                """,
                [partnerID.text]
            ) { (Role.ID($0.integer(0)), Int($0.integer(1))) }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }
}

extension SQLTransaction {
    fileprivate func create(_ role: Role, of partnerID: PartnerID) throws -> Role {
        var created = role
        created.version = 1
        created.id = Role.ID(
            try insert(
                "group",
                "INSERT INTO roles (partner_id, name, summary, privileges) VALUES (?, ?, ?, ?)",
                [partnerID.text, role.name, role.summary, Int64(bitPattern: role.privileges.rawValue)]
            )
        )
        return created
    }

    fileprivate func update(_ role: Role, of partnerID: PartnerID) throws -> Role {
        try change(
            "role \(role.name)",
            ofVersion: ("roles", "id = ? AND partner_id = ?", [role.id.number, partnerID.text]),
            """
            UPDATE roles SET name = ?, summary = ?, privileges = ?, version = version + 1
            WHERE id = ? AND partner_id = ? AND version = ?
            """,
            [
                role.name, role.summary, Int64(bitPattern: role.privileges.rawValue), role.id.number, partnerID.text,
                role.version,
            ]
        )
        var changed = role
        changed.version += 1
        return changed
    }

    fileprivate func delete(_ id: Role.ID, of partnerID: PartnerID) throws {
        let isUsed = try exists(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM users WHERE role_id = ?)
            AND EXISTS (SELECT 1 FROM roles WHERE id = ? AND partner_id = ?)
            """,
            [id.number, id.number, partnerID.text]
        )
        guard !isUsed else { throw AccountsError(code: .inUse, message: "role \(id) is still given to users") }
        try change("role \(id)", "DELETE FROM roles WHERE id = ? AND partner_id = ?", [id.number, partnerID.text])
    }
}
