package import Accounts
internal import AccountsSQL
internal import GRDB

extension SQLiteAccountStore {
    package func checkReadiness() async throws(AccountsError) {
        if try await isCutOff {
            // Another process may be about to write its log back, from the first page to the last.
            try? await Task.sleep(for: .milliseconds(200))
            guard try await !isCutOff else {
                throw AccountsError(translating: DatabaseError(resultCode: .SQLITE_CORRUPT, message: "it is cut off"))
            }
        }
    }

    /// Writes, and says whether the file is shorter than it should be.
    private var isCutOff: Bool {
        get async throws(AccountsError) {
            try await writer.submit { context in
                try context.database.execute(sql: "UPDATE store SET only = 1")
                return context.database.isCutOff
            }
        }
    }
}
