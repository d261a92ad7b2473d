internal import Glibc

/// The client's end of the local socket.
package final class HandoffListener: Sendable {
    private let socket: UnixSocket
    private let lock: FileLock
    private let path: String

    /// Becomes the one client of this user.
    ///
    /// What a dead client left behind is removed: its lock went with it, and whoever holds the lock owns the socket.
    ///
    /// - Returns: `nil` if a client is running already.
    /// - Throws: ``HandoffError``.
    package init?(in folder: HandoffFolder) throws(HandoffError) {
        guard let lock = try FileLock(folder.clientLockPath) else { return nil }
        if let status = FileStatus(folder.socketPath) {
            guard status.isSocket, status.isOwn else { throw .unsafeSocket }
            unsafe unlink(folder.socketPath)
        }
        let socket = try UnixSocket()
        try socket.listen(at: folder.socketPath)
        self.lock = lock
        self.socket = socket
        self.path = folder.socketPath
    }

    /// Waits for the next connection of this user; `nil` after ``stop()``.
    ///
    /// Other users' connections are closed unread.
    package func accept() throws(HandoffError) -> HandoffConnection? {
        while let accepted = try socket.accept() {
            guard accepted.peerUserID == geteuid() else { continue }
            return HandoffConnection(socket: accepted)
        }
        return nil
    }

    /// Stops listening and removes the socket.
    package func stop() {
        unsafe unlink(path)
        socket.shutDown()
    }
}
