/// Why nothing could be handed over.
package enum LocalIPCError: Error, Equatable, CustomStringConvertible {
    /// `XDG_RUNTIME_DIR` is not set, not absolute, or not a folder that is this user's alone.
    case unsafeFolder
    /// What stands at the place of the socket is not this user's socket.
    case unsafeSocket
    /// Nobody listens.
    case notRunning
    /// The process at the other end is another user's.
    case foreignPeer
    /// The other end said nothing in time, or has closed the connection.
    case noAnswer
    /// What the other end sent is no frame.
    case malformedFrame
    /// The other end speaks another version.
    case unsupportedVersion
    /// The system refused something: the call and its `errno`.
    case system(String, Int32)

    /// One sentence for the terminal, without any content of a frame.
    package var description: String {
        switch self {
        case .unsafeFolder:
            "XDG_RUNTIME_DIR has to name a folder that only you can use (mode 0700); log in to a desktop or run: "
                + "export XDG_RUNTIME_DIR=/run/user/$(id -u)"
        case .unsafeSocket: "something that is not your Latchkey client stands at the place of its socket"
        case .notRunning: "the Latchkey client is not running"
        case .foreignPeer: "another user's process answers in place of your Latchkey client"
        case .noAnswer: "the Latchkey client did not answer"
        case .malformedFrame, .unsupportedVersion:
            "launcher and client do not understand each other; install both from the same version"
        case .system(let call, let code): "\(call) failed (errno \(code))"
        }
    }
}
