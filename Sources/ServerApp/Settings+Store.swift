package import Accounts
internal import AccountsSQLite
internal import Foundation

extension Settings {
    /// The master key: from the configuration, or from its file.
    package func masterKey() throws -> MasterKey {
        if let text = try nonEmpty("masterKey.value") {
            guard let key = try? MasterKey(base64: text) else {
                throw CommandFailure("masterKey.value has to be 32 bytes in Base64")
            }
            return key
        }
        let isNewStore = !FileManager.default.fileExists(atPath: try text("database.path"))
        return try MasterKeyFile(path: text("masterKey.file")).read(mayCreate: isNewStore)
    }

    /// Opens the store.
    ///
    /// - Parameter opening: What may be done to the file.
    /// - Returns: The store.
    /// - Throws: ``CommandFailure``, naming the file and what is wrong with it.
    package func openStore(_ opening: DatabaseFile.Opening = .existing) throws -> any AccountStore {
        try openSQLiteStore(opening)
    }

    /// The same, as what it is.
    func openSQLiteStore(_ opening: DatabaseFile.Opening) throws -> SQLiteAccountStore {
        let path = try text("database.path")
        try DatabaseFile(path: path).check(for: opening)
        let isNew = !FileManager.default.fileExists(atPath: path)
        do {
            let store = try SQLiteAccountStore(
                path: path,
                masterKey: masterKey(),
                mayUpdate: isNew || opening == .updating
            )
            try store.checkMasterKey()
            if store.lacksLog { Self.warn(ofMissingLog: path) }
            // Without the mark a plain copy is not warned of; that is no reason not to serve.
            if opening == .updating { try? store.markInUse() }
            return store
        } catch let error as AccountsError where error.code == .storeUnavailable {
            throw CommandFailure("the database \(path) cannot be opened: \(error.cause ?? error)")
        } catch let error as AccountsError where error.code == .unreadableSecret {
            throw CommandFailure(
                "the master key does not belong to the database \(path): name the key that it was made with, or restore "
                    + "both from the same backup"
            )
        } catch let error as AccountsError where error.code == .schemaMismatch {
            throw CommandFailure("the database \(path) \(error.message)")
        }
    }
    private static func warn(ofMissingLog path: String) {
        let text =
            "\(path) was copied while a server had it open, or \(path)-wal, which was beside it, is missing: what was "
            + "written last may not be in it; `latchkey backup` makes complete copies"
        FileHandle.standardError.write(Data("Warning: \(text)\n".utf8))
    }
}
