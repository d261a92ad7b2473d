internal import Glibc
internal import Synchronization

/// One end of a conversation on the local socket.
///
/// Calls block, for at most the time-out.
package final class IPCConnection: Sendable {
    private let socket: UnixSocket
    private let decoder = Mutex(IPCDecoder())
    private let writing = Mutex(())

    /// How long one read or write may take, in milliseconds.
    private static let timeout = 3000

    init(socket: UnixSocket) {
        self.socket = socket
        socket.setTimeout(milliseconds: Self.timeout)
    }

    /// Connects to the client.
    ///
    /// - Throws: ``LocalIPCError/notRunning`` if nobody listens, ``LocalIPCError/unsafeSocket`` or
    ///   ``LocalIPCError/foreignPeer`` if that is not this user's client.
    package convenience init(to folder: IPCFolder) throws(LocalIPCError) {
        guard let status = FileStatus(folder.socketPath) else { throw .notRunning }
        guard status.isSocket, status.isOwn else { throw .unsafeSocket }
        let socket = try UnixSocket()
        try socket.connect(to: folder.socketPath)
        guard socket.peerUserID == geteuid() else { throw .foreignPeer }
        self.init(socket: socket)
    }

    /// Sends a message.
    package func send(_ message: IPCMessage) throws(LocalIPCError) {
        guard let frame = message.frame else { throw .malformedFrame }
        let result = writing.withLock { _ in Result { () throws(LocalIPCError) in try socket.write(frame) } }
        try result.get()
    }

    /// The next message.
    ///
    /// - Throws: ``LocalIPCError/noAnswer`` when nothing came in time, or the other end has closed the connection.
    package func receive() throws(LocalIPCError) -> IPCMessage {
        while true {
            let next = decoder.withLock { decoder in Result { () throws(LocalIPCError) in try decoder.next() } }
            if let message = try next.get() { return message }
            let bytes = try socket.read()
            guard !bytes.isEmpty else { throw .noAnswer }
            decoder.withLock { $0.append(bytes) }
        }
    }

    /// Sends a request and waits for its answer.
    package func request(_ message: IPCMessage) throws(LocalIPCError) -> IPCMessage {
        try send(message)
        return try receive()
    }

    /// Lets ``receive()`` wait for as long as it takes.
    package func waitForever() {
        socket.setTimeout(milliseconds: 0, ofWritesToo: false)
    }

    /// Ends the conversation; who waits in ``receive()`` gets ``LocalIPCError/noAnswer``.
    package func close() {
        socket.shutDown()
    }
}
