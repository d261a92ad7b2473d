package import Accounts
internal import AccountsSQLite
internal import Foundation

extension Settings {
    /// The master key: from the configuration, or from its file.
    package func masterKey() throws -> MasterKey {
        if let text = try nonEmpty("masterKey.value") { return try MasterKey(base64: text) }
        let isNewStore = !FileManager.default.fileExists(atPath: try text("database.path"))
        return try MasterKeyFile(path: text("masterKey.file")).read(mayCreate: isNewStore)
    }

    /// Opens the store.
    package func openStore() throws -> any AccountStore {
        try SQLiteAccountStore(path: text("database.path"), masterKey: masterKey())
    }
}
