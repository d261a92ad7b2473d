internal import Accounts
internal import AccountsPostgres
internal import Foundation
internal import SystemSupport
internal import WireCodec

/// What makes a server the only one with its name on its store; kept for as long as the server runs.
enum ServerNameLock: Sendable {
    /// A file beside the database.
    case file(FileLock)
    /// A lock in the database.
    case lease(ServerNameLease)
}

extension Settings {
    /// Makes sure that this is the only server with its name on its store: each takes over the sessions that an earlier run
    /// under the same name has left open.
    ///
    /// - Returns: What must be kept for as long as the server runs.
    /// - Throws: ``CommandFailure`` if there is another.
    func lockServerName() throws -> ServerNameLock {
        let name = text(.sessionServerName)
        let lock: ServerNameLock?
        let place: String
        switch try database() {
        case .file(let path):
            place = path
            lock = try lockFile(Self.lockFileName(of: name, path), of: path).map(ServerNameLock.file)
        case .server(let address):
            place = address.description
            lock = try ServerNameLease(name, in: address).map(ServerNameLock.lease)
        }
        guard let lock else {
            throw CommandFailure(
                "a server named \"\(name)\" is running on \(place) already: stop it first, or give this one "
                    + "another name (key session.serverName)"
            )
        }
        return lock
    }

    /// Makes sure that no server at all runs on a file, whatever its name.
    ///
    /// - Parameter database: The file.
    /// - Returns: What must be kept for as long as none may start; one with a name that was never used there can.
    /// - Throws: ``CommandFailure`` if there is one.
    func lockServerNames(of database: String) throws -> [ServerNameLock] {
        let own = Self.lockFileName(of: text(.sessionServerName), database)
        let (folder, start) = (FilePlace.folder(of: database), FilePlace.name(of: database) + ".")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix(start) && $0.hasSuffix(".lock") && $0 != FilePlace.name(of: own) }
        return try [lockServerName()]
            + files.map { file in
                guard let lock = try lockFile("\(folder)/\(file)", of: database) else {
                    throw CommandFailure(
                        "a server is running on \(database) (it holds \(file)): stop it first"
                    )
                }
                return .file(lock)
            }
    }

    private static func lockFileName(of name: String, _ database: String) -> String {
        "\(database).\(PercentEncoding.encode(name)).lock"
    }

    private func lockFile(_ path: String, of database: String) throws(CommandFailure) -> FileLock? {
        do {
            return try FileLock(path)
        } catch {
            throw CommandFailure("the lock file beside \(database) cannot be used: \(error)")
        }
    }
}
