internal import AccountsSQLite
internal import Foundation

/// The database file before it is opened: errors about a missing, foreign or open file name it.
package struct DatabaseFile {
    /// What a command may do besides reading and changing what is there.
    package enum Opening: Sendable {
        /// Nothing: a file that is missing, or of an older version, is an error.
        case existing
        /// The same, for what only sees and changes the servers of a PostgreSQL database: its tables may be of another version,
        /// as these work with every one.
        case anyVersion
        /// Make the file.
        case making
        /// Make the file, and bring an older one up to date.
        case updating

        /// Whether there may be nothing yet.
        var mayMake: Bool { self == .making || self == .updating }
    }

    let path: String

    /// Checks the file.
    ///
    /// - Parameter opening: What the command may do.
    /// - Throws: ``CommandFailure`` if it is missing and may not be made, is no database, is cut off, may not be opened, or
    ///   is open to other users.
    func check(for opening: Opening) throws(CommandFailure) {
        guard FileManager.default.fileExists(atPath: path) else { return try checkMissing(opening) }
        for file in [path, path + "-wal", path + "-shm"] { try FileMode.check(file, of: "database file") }
        guard FileManager.default.isReadableFile(atPath: path), FileManager.default.isWritableFile(atPath: path) else {
            throw CommandFailure(
                "the database \(path) cannot be opened: permission denied; run the command as the user who owns it"
            )
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw CommandFailure(
                "the database \(path) cannot be opened: its folder \(folder) has to be writable too, for the files -wal and -shm"
            )
        }
        try checkContent()
    }

    private func checkMissing(_ opening: Opening) throws(CommandFailure) {
        guard opening.mayMake else {
            throw CommandFailure(
                "there is no database \(path)"
                    + (path.hasPrefix("/") ? "" : " in \(FileManager.default.currentDirectoryPath)")
                    + "; say where it is with --database or LATCHKEY_DATABASE_PATH. `latchkey serve` and `latchkey group "
                    + "create` make a new one"
            )
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/.")
        guard attributes?[.type] as? FileAttributeType == .typeDirectory else {
            throw CommandFailure("the database \(path) cannot be made: there is no folder \(folder)")
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw CommandFailure("the database \(path) cannot be made: you may not write to the folder \(folder)")
        }
    }

    /// The header says how many pages there are; a file without a log beside it must hold them all.
    private func checkContent() throws(CommandFailure) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
        guard size > 0, attributes?[.type] as? FileAttributeType != .typeDirectory else {
            if size == 0 { return }
            throw CommandFailure("the database \(path) is a folder")
        }
        guard let header = SQLiteFileHeader(pathOfUnopenedFile: path) else {
            throw CommandFailure("\(path) is not an SQLite database")
        }
        let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? NSNumber
        guard (log?.intValue ?? 0) > 0 || size >= header.byteCount else {
            throw CommandFailure(
                "the database \(path) is cut off: \(size) bytes of \(header.byteCount); restore a backup"
            )
        }
    }

    private var folder: String { FilePlace.folder(of: path) }
}

/// Files with secrets belong to one user.
enum FileMode {
    /// Checks that nobody but the owner can read a file, wherever a link leads.
    ///
    /// - Parameters:
    ///   - path: The file; one that is missing is fine.
    ///   - kind: What it is called in the message.
    /// - Throws: ``CommandFailure``, with the command that closes it.
    static func check(_ path: String, of kind: String) throws(CommandFailure) {
        let target = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else { return }
        let permissions = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
        guard attributes[.type] as? FileAttributeType == .typeDirectory || permissions & 0o077 == 0 else {
            throw CommandFailure("the \(kind) \(path) is readable by others; run: chmod 600 \(path)")
        }
    }
}
