package import Accounts
internal import AccountsSQL
internal import Foundation
internal import GRDB

extension SQLiteAccountStore {
    package func checkReadiness() async throws(AccountsError) {
        try await writer.submit { try $0.database.execute(sql: "UPDATE store SET only = 1") }
        if isCutOff {
            // Another process may be about to write its log back, from the first page to the last.
            try? await Task.sleep(for: .milliseconds(200))
            guard !isCutOff else {
                throw AccountsError(translating: DatabaseError(resultCode: .SQLITE_CORRUPT, message: "it is cut off"))
            }
        }
    }

    /// Whether the file is shorter than it says; what is in memory goes on to be found all the same.
    private var isCutOff: Bool {
        guard let header = SQLiteFileHeader(path: pool.path) else { return true }
        let attributes = try? FileManager.default.attributesOfItem(atPath: pool.path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0 < header.byteCount
    }
}
