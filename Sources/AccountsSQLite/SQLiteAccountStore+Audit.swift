package import Accounts
internal import AccountsSQL
internal import GRDB
internal import LoginKey

extension SQLiteAccountStore {
    package func verifyAudit(lookingFor noted: [UInt8]?) async throws(AccountsError) -> AuditVerification {
        do {
            return try await pool.read { database in
                var chain = AuditChain()
                var found = AuditVerification()
                let rows = try Row.fetchCursor(database, sql: "SELECT \(Rows.eventColumns) FROM audit ORDER BY id")
                while let row = try rows.next(), found.firstBroken == nil {
                    found.check(row, in: &chain, lookingFor: noted)
                }
                return found
            }
        } catch {
            throw .unavailable(error)
        }
    }

    package func checkReadiness() async throws(AccountsError) {
        try await writer.submit { try $0.database.execute(sql: "UPDATE store SET only = 1") }
    }
}
