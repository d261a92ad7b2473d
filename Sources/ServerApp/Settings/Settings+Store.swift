package import Accounts
internal import AccountsPostgres
internal import AccountsSQLite
internal import Foundation

extension Settings {
    /// The master key: from the configuration, or from its file.
    package func masterKey() throws -> MasterKey {
        let isNewStore =
            switch try database() {
            case .file(let path): !FileManager.default.fileExists(atPath: path)
            case .server(let address):
                try Self.explaining(address.description) { try PostgresAccountStore.isEmpty(address) }
            }
        return try masterKey(mayCreate: isNewStore)
    }

    /// The master key.
    ///
    /// - Parameter mayCreate: Whether a missing file is made.
    /// - Returns: The key.
    /// - Throws: ``CommandFailure``, saying what is wrong with setting or file.
    func masterKey(mayCreate: Bool) throws -> MasterKey {
        if let text = nonEmpty(.masterKeyValue) {
            guard let key = try? MasterKey(base64: text) else {
                throw CommandFailure("masterKey.value has to be 32 bytes in Base64")
            }
            return key
        }
        return try MasterKeyFile(path: text(.masterKeyFile)).read(mayCreate: mayCreate)
    }

    /// Where the store is.
    enum Database {
        /// An SQLite file, for one machine.
        case file(String)
        /// A PostgreSQL database, for several.
        case server(PostgresAddress)
    }

    /// Where the store is.
    ///
    /// - Throws: ``CommandFailure`` for an address that cannot be read, or holds a password.
    func database() throws -> Database {
        let text = text(.databasePath)
        guard PostgresAddress.isAddress(text) else { return .file(Self.followingLink(text)) }
        do {
            return .server(try PostgresAddress(text))
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// The file that a link points to: a database's companion files are beside that one.
    private static func followingLink(_ path: String) -> String {
        guard (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil else { return path }
        return URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
    }

    /// Opens the store, and notes it in ``OpenedStores/current``.
    ///
    /// - Parameter opening: What may be done to the database.
    /// - Returns: The store.
    /// - Throws: ``CommandFailure``, naming the database and what is wrong with it.
    package func openStore(_ opening: DatabaseFile.Opening = .existing) throws -> any AccountStore {
        switch try database() {
        case .file: return try openSQLiteStore(opening)
        case .server(let address):
            let store = try openPostgresStore(address, opening)
            OpenedStores.current?.add(store)
            return store
        }
    }

    private func openPostgresStore(
        _ address: PostgresAddress,
        _ opening: DatabaseFile.Opening
    ) throws -> PostgresAccountStore {
        let isEmpty = try Self.explaining(address.description) { try PostgresAccountStore.isEmpty(address) }
        guard !isEmpty || opening.mayMake else {
            throw CommandFailure(
                "the database \(address.description) is empty; `latchkey serve` and `latchkey group create` make the tables"
            )
        }
        let masterKey = try masterKey(mayCreate: isEmpty)
        return try Self.explaining(address.description) {
            try PostgresAccountStore(
                address: address,
                masterKey: masterKey,
                mayUpdate: opening.mayMake,
                acceptsOtherVersions: opening == .anyVersion
            )
        }
    }

    /// The same for a file.
    func openSQLiteStore(_ opening: DatabaseFile.Opening) throws -> SQLiteAccountStore {
        guard case .file(let path) = try database() else {
            throw CommandFailure(
                "this is for SQLite files; a PostgreSQL database has its own tools, such as pg_dump"
            )
        }
        try DatabaseFile(path: path).check(for: opening)
        let isNew = !FileManager.default.fileExists(atPath: path)
        if isNew, opening == .updating { try warnOfLoneKey(path) }
        let masterKey = try masterKey()
        let store = try Self.explaining(path) {
            let store = try SQLiteAccountStore(
                path: path,
                masterKey: masterKey,
                mayUpdate: isNew || opening == .updating
            )
            try store.checkMasterKey()
            return store
        }
        OpenedStores.current?.add(store)
        if store.lacksLog {
            Self.warn(
                "\(path) was copied while a server had it open, or \(path)-wal, which was beside it, is missing: what was "
                    + "written last may not be in it; `latchkey backup` makes complete copies"
            )
        }
        // Without the mark there is no warning about a plain copy; that is no reason not to serve.
        if opening == .updating { try? store.markInUse() }
        return store
    }

    /// Opens a database; its errors name it, and say what to do.
    static func explaining<Value>(_ database: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as AccountsError where error.code == .storeUnavailable {
            throw CommandFailure("the database \(database) cannot be opened: \(error.cause ?? error)")
        } catch let error as AccountsError where error.code == .unreadableSecret {
            throw CommandFailure(
                "the master key does not belong to the database \(database) (\(error.message)): name the key that it was "
                    + "made with, or restore both from the same backup"
            )
        } catch let error as AccountsError where [.schemaMismatch, .alreadyExists].contains(error.code) {
            throw CommandFailure("the database \(database) \(error.message)")
        } catch let error as AccountsError where error.code == .inUse {
            throw CommandFailure("the database \(database) is in use: \(error.message)")
        }
    }

    /// A key that exists before its database may be all that is left of both.
    private func warnOfLoneKey(_ path: String) throws {
        let file = text(.masterKeyFile)
        guard nonEmpty(.masterKeyValue) == nil, FileManager.default.fileExists(atPath: file) else { return }
        Self.warn(
            "there is no database \(path), and a new one is made under the master key \(file), which is there already; "
                + "if the key belongs to another database, stop and restore that one"
        )
    }

    private static func warn(_ text: String) {
        FileHandle.standardError.write(Data("Warning: \(text)\n".utf8))
    }
}
