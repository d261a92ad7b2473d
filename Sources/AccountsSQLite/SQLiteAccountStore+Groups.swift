package import Accounts
internal import Foundation
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func createGroup(_ group: Group, recording event: AuditEvent) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: "INSERT INTO partner_groups (\(Rows.groupColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: Rows.arguments(group)
            )
            try context.raiseRevision()
            try context.append(event)
        }
    }

    package func updateGroup(_ group: Group, recording event: AuditEvent) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: """
                    UPDATE partner_groups
                    SET partner_id = ?, name = ?, site = ?, privileges = ?, embedding_origins = ?, use_policy = ?,
                    allows_login_key_urls = ?, allows_passwords = ?
                    WHERE partner_id = ?
                    """,
                arguments: Rows.arguments(group) + [group.partnerID.text]
            )
            try context.requireChange("group \(group.partnerID)")
            try context.raiseRevision()
            try context.append(event)
        }
    }

    package func deleteGroup(_ partnerID: PartnerID, recording event: AuditEvent) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            let ofUsers = ["clients", "access_tokens", "launches"]
                .map { "DELETE FROM \($0) WHERE user_id IN (SELECT id FROM users WHERE partner_id = :id)" }
            let ofGroup = ["users", "roles", "api_keys", "sessions", "salesforce_organizations", "identity_providers"]
                .map { "DELETE FROM \($0) WHERE partner_id = :id" }
            for sql in ofUsers + ofGroup {
                try context.database.execute(sql: sql, arguments: ["id": partnerID.text])
            }
            try context.database.execute(
                sql: "DELETE FROM partner_groups WHERE partner_id = ?",
                arguments: [partnerID.text]
            )
            try context.requireChange("group \(partnerID)")
            try context.raiseRevision()
            try context.append(event)
        }
    }

    package func groups() async throws(AccountsError) -> [Group] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT \(Rows.groupColumns) FROM partner_groups ORDER BY partner_id")
                .map(Rows.group)
        }
    }

    package func group(_ partnerID: PartnerID) async throws(AccountsError) -> Group? {
        try await read { try Rows.group(partnerID, in: $0) }
    }
}

// MARK: API keys

extension SQLiteAccountStore {
    package func addAPIKey(
        _ apiKey: APIKey,
        label: String,
        to partnerID: PartnerID,
        at now: Int64,
        recording event: AuditEvent
    ) async throws(AccountsError) -> APIKeyRecord {
        let fingerprint = vault.fingerprint(of: apiKey)
        return try await writer.submitIsolated { [vault] context in
            let database = context.database
            guard try Rows.group(partnerID, in: database) != nil else { throw AccountsError.notFound("group") }
            let isKnown = try Bool.fetchOne(
                database,
                sql: "SELECT EXISTS (SELECT 1 FROM api_keys WHERE fingerprint = ?)",
                arguments: [fingerprint.blob]
            )
            guard isKnown == false else {
                throw AccountsError(code: .apiKeyInUse, message: "this API key was given to a group before")
            }
            let isWeak = apiKey.estimatedBits < 128
            try database.execute(
                sql: """
                    INSERT INTO api_keys (partner_id, sealed, fingerprint, label, is_weak, created_at)
                    VALUES (?, x'', ?, ?, ?, ?)
                    """,
                arguments: [partnerID.text, fingerprint.blob, label, isWeak, now]
            )
            let id = database.lastInsertedRowID
            let sealed = try vault.seal(apiKey, for: .apiKey, of: partnerID, owner: "\(id)")
            try database.execute(sql: "UPDATE api_keys SET sealed = ? WHERE id = ?", arguments: [sealed.blob, id])
            try context.raiseRevision()
            try context.append(event)
            return APIKeyRecord(
                id: APIKeyRecord.ID(id),
                partnerID: partnerID,
                apiKey: apiKey,
                label: label,
                isWeak: isWeak,
                createdAt: now
            )
        }
    }

    package func apiKeys(of partnerID: PartnerID) async throws(AccountsError) -> [APIKeyRecord] {
        try await read { [vault] in try Rows.apiKeys(of: partnerID, vault: vault, in: $0) }
    }

    package func endAPIKey(
        _ id: APIKeyRecord.ID,
        of partnerID: PartnerID,
        at end: Int64,
        isRevoked: Bool,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: """
                    UPDATE api_keys SET ends_at = ?, is_revoked = (is_revoked OR ?) WHERE id = ? AND partner_id = ?
                    """,
                arguments: [end, isRevoked, id.number, partnerID.text]
            )
            try context.requireChange("API key \(id)")
            try context.raiseRevision()
            try context.append(event)
        }
    }
}

extension BatchContext {
    func requireChange(_ what: String) throws {
        guard database.changesCount > 0 else { throw AccountsError.notFound(what) }
    }
}

extension AccountsError {
    static func notFound(_ what: String) -> Self {
        AccountsError(code: .notFound, message: "there is no such \(what)")
    }
}
