internal import SystemSupport
internal import WireCodec

extension Settings {
    /// Makes sure that this is the only server with its name on its store: each ends the sessions that an earlier run
    /// under the same name has left open.
    ///
    /// - Returns: What has to be kept for as long as the server runs.
    /// - Throws: ``CommandFailure`` if there is another.
    func lockServerName() throws(CommandFailure) -> FileLock {
        let (name, database) = (try text("session.serverName"), try text("database.path"))
        let lock: FileLock?
        do {
            lock = try FileLock("\(database).\(PercentEncoding.encode(name)).lock")
        } catch {
            throw CommandFailure("the lock file beside \(database) cannot be used: \(error)")
        }
        guard let lock else {
            throw CommandFailure(
                "a server named \"\(name)\" is running on \(database) already: stop it first, or give this one "
                    + "another name (key session.serverName)"
            )
        }
        return lock
    }
}
