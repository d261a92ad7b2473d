internal import Glibc
internal import SystemSupport

/// The client's end of the local socket.
package final class IPCListener: Sendable {
    private let socket: UnixSocket
    private let lock: FileLock
    private let path: String

    /// Becomes the one client of this user.
    ///
    /// What a dead client left behind is removed: its lock went with it, and whoever holds the lock owns the socket.
    ///
    /// - Returns: `nil` if a client is running already.
    /// - Throws: ``LocalIPCError``.
    package init?(in folder: IPCFolder) throws(LocalIPCError) {
        guard let lock = try folder.lockAsClient() else { return nil }
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
    package func accept() throws(LocalIPCError) -> IPCConnection? {
        while let accepted = try socket.accept() {
            guard accepted.peerUserID == geteuid() else { continue }
            return IPCConnection(socket: accepted)
        }
        return nil
    }

    /// Stops listening and removes the socket.
    package func stop() {
        unsafe unlink(path)
        socket.shutDown()
    }
}
