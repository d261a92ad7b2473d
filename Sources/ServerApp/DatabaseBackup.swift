package import Accounts
internal import AccountsSQL
internal import AccountsSQLite
internal import Crypto
internal import Foundation
internal import SystemPackage
internal import SystemSupport

/// A backup: one file that is a complete database, and `FILE.sha256` with its checksum, as `sha256sum --check` reads it.
///
/// The master key is not in it: without the key nobody can sign in as anybody with it.
package struct DatabaseBackup {
    /// The file.
    package let path: String
    private let settings: Settings

    /// Names a backup of the database of the settings.
    package init(path: String, settings: Settings) {
        self.path = path
        self.settings = settings
    }

    /// Writes the backup while the server goes on.
    ///
    /// - Parameter event: What is written into the audit, once the backup is complete.
    /// - Returns: Bytes, the checksum in hexadecimal digits, and what the master key is called without which it cannot be used.
    /// - Throws: ``CommandFailure``; then there is no file.
    package func write(recording event: AuditEvent) async throws -> (bytes: Int, checksum: String, masterKey: String) {
        guard !exists(path) else { throw CommandFailure("the file \(path) already exists; name another") }
        let store = try settings.openSQLiteStore(.existing)
        let part = path + ".part"
        var left = [part, part + "-journal"]
        do {
            try makeEmpty(part)
            try store.backUp(to: part)
            try synchronize(part)
            let (bytes, checksum) = try digest(part)
            let name = FilePlace.name(of: path)
            let line = Data("\(checksum)  \(name)\n".utf8)
            try FileManager.default.moveItem(atPath: part, toPath: path)
            left = [path, path + ".sha256"]
            try line.write(to: URL(filePath: path + ".sha256"), options: .atomic)
            try synchronize(FilePlace.folder(of: path))
            try await store.append([event])
            return (bytes, checksum, SecretVault(masterKey: try settings.masterKey(mayCreate: false)).masterKeyName)
        } catch {
            for file in left { try? FileManager.default.removeItem(atPath: file) }
            throw CommandFailure("the backup \(path) could not be written: \(Self.words(error))")
        }
    }

    /// Replaces the settings' database with the backup.
    ///
    /// The backup is copied, checked against its checksum, looked through and opened with the master key first. A database
    /// that is there is moved aside, with all its files.
    ///
    /// - Parameters:
    ///   - mayReplace: Whether an existing database may be moved aside.
    ///   - event: What is written into the audit of the restored database.
    /// - Returns: Where the old database is now; `nil` if there was no old one.
    /// - Throws: ``CommandFailure``; then the database is as it was.
    package func restore(mayReplace: Bool, recording event: AuditEvent) async throws -> String? {
        let database = try target(mayReplace: mayReplace)
        // No server may run on it, nor start meanwhile.
        let locks = try settings.lockServerNames(of: database)
        defer { _ = locks }
        try check()
        // A new one could open none of its secrets.
        let masterKey = try settings.masterKey(mayCreate: false)
        let part = database + ".restored"
        remove(part)
        do {
            try await prepare(part, masterKey, recording: event)
            return try replace(database, with: part)
        } catch {
            remove(part)
            throw CommandFailure("the backup \(path) was not restored: \(Self.words(error))")
        }
    }

    /// The database of the settings, if the backup may be put there.
    private func target(mayReplace: Bool) throws -> String {
        guard case .file(let database) = try settings.database() else {
            throw CommandFailure("this is for SQLite files; restore a PostgreSQL database with its own tools")
        }
        guard exists(path) else { throw CommandFailure("there is no file \(path)") }
        guard mayReplace || !exists(database) else {
            throw CommandFailure("the database \(database) already exists; with --replace it is moved aside")
        }
        return database
    }

    private func prepare(_ part: String, _ masterKey: MasterKey, recording event: AuditEvent) async throws {
        try makeEmpty(part)
        try copy(to: part)
        let store = try SQLiteAccountStore(path: part, masterKey: masterKey)
        try store.checkIntegrity()
        try store.checkMasterKey()
        try await store.append([event])
        try store.close()
    }

    /// Puts a prepared database in the place of another; gives where that is now.
    private func replace(_ database: String, with part: String) throws -> String? {
        let aside = try moveAside(database)
        do {
            try FileManager.default.moveItem(atPath: part, toPath: database)
        } catch {
            if let aside { try move(aside, to: database) }
            throw error
        }
        try synchronize(FilePlace.folder(of: database))
        return aside
    }

    private func remove(_ database: String) {
        for file in Self.files(of: database) { try? FileManager.default.removeItem(atPath: file) }
    }

    private func check() throws {
        guard let line = try? String(contentsOfFile: path + ".sha256", encoding: .utf8),
            let expected = line.split(whereSeparator: \.isWhitespace).first
        else {
            throw CommandFailure("there is no checksum \(path).sha256, so it is unknown whether \(path) is whole")
        }
        guard try digest(path).checksum == expected.lowercased() else {
            throw CommandFailure("\(path) does not have the checksum in \(path).sha256: it was changed, or is cut off")
        }
    }

    /// Moves a database with the files beside it; SQLite finds them by their names.
    private func moveAside(_ database: String) throws -> String? {
        guard exists(database) else { return nil }
        var aside = database + ".replaced"
        var number = 1
        while Self.files(of: aside).contains(where: exists) {
            number += 1
            aside = database + ".replaced-\(number)"
        }
        do {
            try move(database, to: aside)
        } catch {
            try? move(aside, to: database)
            throw error
        }
        return aside
    }

    private func move(_ database: String, to target: String) throws {
        for (file, target) in zip(Self.files(of: database), Self.files(of: target)) where exists(file) {
            try FileManager.default.moveItem(atPath: file, toPath: target)
        }
    }

    // The log first: a database without it may be cut off; a log without its database is useless.
    private static func files(of database: String) -> [String] { [database + "-wal", database + "-shm", database] }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private func makeEmpty(_ path: String) throws {
        do {
            try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .truncate, .noFollow, .closeOnExec],
                permissions: .ownerReadWrite
            )
            .close()
        } catch let error as Errno {
            throw CommandFailure(
                "the folder \(FilePlace.folder(of: path)) cannot be written to (\(DiskFailure.words(error)))"
            )
        }
    }

    private func copy(to target: String) throws {
        let source = try FileHandle(forReadingFrom: URL(filePath: path))
        let copy = try FileHandle(forWritingTo: URL(filePath: target))
        while let piece = try source.read(upToCount: 1 << 20), !piece.isEmpty { try copy.write(contentsOf: piece) }
        try copy.synchronize()
        try copy.close()
        try source.close()
    }

    private func digest(_ path: String) throws -> (bytes: Int, checksum: String) {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        var hash = SHA256()
        var bytes = 0
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
            hash.update(data: piece)
            bytes += piece.count
        }
        return (bytes, hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    private func synchronize(_ path: String) throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        try file.synchronize()
        try file.close()
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as AccountsError where error.code == .unreadableSecret:
            "the master key does not belong to it (\(error.message)): name the key that was in use when it was made"
        case let error as AccountsError where error.code == .schemaMismatch: "it " + error.message
        case let error as AccountsError: error.cause.map { "\($0)" } ?? error.message
        case let error as CommandFailure: error.description
        default: DiskFailure.words(error)
        }
    }
}
