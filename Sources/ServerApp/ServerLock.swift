internal import Accounts
internal import AccountsPostgres
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
    /// - Returns: What has to be kept for as long as the server runs.
    /// - Throws: ``CommandFailure`` if there is another.
    func lockServerName() throws -> ServerNameLock {
        let name = try text("session.serverName")
        let lock: ServerNameLock?
        let place: String
        switch try database() {
        case .file(let path):
            place = path
            lock = try lockFile(of: name, path).map(ServerNameLock.file)
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

    private func lockFile(of name: String, _ database: String) throws(CommandFailure) -> FileLock? {
        do {
            return try FileLock("\(database).\(PercentEncoding.encode(name)).lock")
        } catch {
            throw CommandFailure("the lock file beside \(database) cannot be used: \(error)")
        }
    }
}
