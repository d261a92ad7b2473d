package import Accounts
internal import GRDB

extension SQLiteAccountStore {
    package func checkReadiness() async throws(AccountsError) {
        try await writer.submit { try $0.database.execute(sql: "UPDATE store SET only = 1") }
    }
}
