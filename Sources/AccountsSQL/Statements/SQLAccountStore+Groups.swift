package import Accounts
package import LoginKey

extension SQLAccountStore {
    package func createGroup(_ group: Group, recording event: AuditEvent) async throws(AccountsError) {
        try await write { transaction in
            try transaction.execute(
                "INSERT INTO partner_groups (\(Rows.groupFields)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                Rows.arguments(group)
            )
            try transaction.raiseRevision()
            try transaction.append(event)
        }
    }

    @discardableResult
    package func updateGroup(_ group: Group, recording event: AuditEvent) async throws(AccountsError) -> Group {
        try await write { transaction in
            try transaction.change(
                "group \(group.partnerID)",
                ofVersion: ("partner_groups", "partner_id = ?", [group.partnerID.text]),
                """
                UPDATE partner_groups
                SET partner_id = ?, name = ?, site = ?, privileges = ?, embedding_origins = ?, use_policy = ?,
                allows_login_key_urls = ?, requires_version_2_keys = ?, allows_passwords = ?, second_factor = ?,
                security_keys = ?, masks = ?, masks_everything = ?, version = version + 1
                WHERE partner_id = ? AND version = ?
                """,
                Rows.arguments(group) + [group.partnerID.text, group.version]
            )
            try transaction.raiseRevision()
            try transaction.append(event)
            var changed = group
            changed.version += 1
            return changed
        }
    }

    package func deleteGroup(_ partnerID: PartnerID, recording event: AuditEvent) async throws(AccountsError) {
        try await write { transaction in
            let ofUsers = ["clients", "access_tokens", "launches", "second_factors", "security_keys"]
                .map { "DELETE FROM \($0) WHERE user_id IN (SELECT id FROM users WHERE partner_id = ?)" }
            let ofGroup = ["users", "roles", "api_keys", "sessions", "salesforce_organizations", "identity_providers"]
                .map { "DELETE FROM \($0) WHERE partner_id = ?" }
            for sql in ofUsers + ofGroup {
                try transaction.execute(.once(sql), [partnerID.text])
            }
            try transaction.change(
                "group \(partnerID)",
                "DELETE FROM partner_groups WHERE partner_id = ?",
                [partnerID.text]
            )
            try transaction.raiseRevision()
            try transaction.append(event)
        }
    }

    package func groups() async throws(AccountsError) -> [Group] {
        try await read { connection in
            try connection.fetch("SELECT \(Rows.groupColumns) FROM partner_groups ORDER BY partner_id", []) {
                try Rows.group($0)
            }
        }
    }

    package func group(_ partnerID: PartnerID) async throws(AccountsError) -> Group? {
        try await read { try Rows.group(partnerID, in: $0) }
    }
}

extension SQLTransaction {
    /// What belongs to a group can be added only while the group exists.
    func requireGroup(_ partnerID: PartnerID) throws {
        guard try Rows.group(partnerID, in: self) != nil else { throw AccountsError.notFound("group") }
    }
}
