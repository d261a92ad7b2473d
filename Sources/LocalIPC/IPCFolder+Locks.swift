package import SystemSupport

extension IPCFolder {
    /// Takes the lock that the one running client of this user holds; `nil` if a client runs already.
    ///
    /// - Throws: ``LocalIPCError/system(_:_:)``.
    package func lockAsClient() throws(LocalIPCError) -> FileLock? {
        try lock(clientLockPath, isWaiting: false)
    }

    /// Takes the lock under which a launcher starts the client, and waits for it if need be.
    ///
    /// - Throws: ``LocalIPCError/system(_:_:)``.
    package func lockForStart() throws(LocalIPCError) -> FileLock? {
        try lock(startLockPath, isWaiting: true)
    }

    private func lock(_ path: String, isWaiting: Bool) throws(LocalIPCError) -> FileLock? {
        do {
            return try FileLock(path, isWaiting: isWaiting)
        } catch {
            throw .system(error.call, error.code)
        }
    }
}
