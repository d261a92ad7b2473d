/// What is said on the local socket between the launcher, the client, its window and its commands.
///
/// A frame is four bytes of length (big-endian, of what follows, 2 to ``maximumByteCount``), one byte of version, one
/// byte of kind, and a UTF-8 text. Every request is answered by one ``accepted``, ``refused(_:)`` or ``status(_:)``;
/// ``watch`` by a ``status(_:)`` now and at every change, ``viewInWindow`` by an ``address(_:)``.
package enum IPCMessage: Equatable, Sendable {
    /// Open this protocol URL.
    case open(String)
    /// Say how things are.
    case askStatus
    /// Say how things are, now and at every change, until the connection is closed.
    case watch
    /// Yes to the question that the status shows under this id.
    case confirm(String)
    /// No to the question that the status shows under this id.
    case decline(String)
    /// Say this to the other side of the session.
    case say(String)
    /// Leave the session.
    case leave
    /// Leave the session and forget the sign-in.
    case signOut
    /// End the client.
    case quit
    /// Have the browser show the session.
    case viewInBrowser
    /// Give an address at which the viewer shows the session; it is in that window as long as this connection is open.
    case viewInWindow
    /// The viewer could not be shown in the window of this connection: the client goes back into the session.
    case viewFailed
    /// The request is understood and will be carried out.
    case accepted
    /// The request cannot be carried out, and why.
    case refused(String)
    /// How things are, as JSON.
    case status(String)
    /// Where the viewer shows the session, good for one opening within a minute.
    case address(String)

    /// The version of the protocol, in every frame.
    package static let version: UInt8 = 1
    /// The most bytes that may follow the length (`docs/threats.md#local-socket`).
    package static let maximumByteCount = 65_536
    static let lengthByteCount = 4

    private enum Kind: UInt8 {
        case open = 1
        case askStatus
        case watch
        case confirm
        case decline
        case say
        case leave
        case signOut
        case quit
        case viewInBrowser
        case viewInWindow
        case viewFailed
        case accepted = 128
        case refused
        case status
        case address
    }

    private var parts: (Kind, String) {
        switch self {
        case .open(let text): (.open, text)
        case .askStatus: (.askStatus, "")
        case .watch: (.watch, "")
        case .confirm(let text): (.confirm, text)
        case .decline(let text): (.decline, text)
        case .say(let text): (.say, text)
        case .leave: (.leave, "")
        case .signOut: (.signOut, "")
        case .quit: (.quit, "")
        case .viewInBrowser: (.viewInBrowser, "")
        case .viewInWindow: (.viewInWindow, "")
        case .viewFailed: (.viewFailed, "")
        case .accepted: (.accepted, "")
        case .refused(let text): (.refused, text)
        case .status(let text): (.status, text)
        case .address(let text): (.address, text)
        }
    }

    private init?(_ kind: Kind, _ text: String) {
        switch kind {
        case .open: self = .open(text)
        case .confirm: self = .confirm(text)
        case .decline: self = .decline(text)
        case .say: self = .say(text)
        case .refused: self = .refused(text)
        case .status: self = .status(text)
        case .address: self = .address(text)
        case .askStatus, .watch, .leave, .signOut, .quit, .viewInBrowser, .viewInWindow, .viewFailed, .accepted:
            guard text.isEmpty else { return nil }
            switch kind {
            case .askStatus: self = .askStatus
            case .watch: self = .watch
            case .leave: self = .leave
            case .signOut: self = .signOut
            case .quit: self = .quit
            case .viewInBrowser: self = .viewInBrowser
            case .viewInWindow: self = .viewInWindow
            case .viewFailed: self = .viewFailed
            default: self = .accepted
            }
        }
    }

    /// The message as a frame; `nil` if it is too long for one.
    package var frame: [UInt8]? {
        let (kind, text) = parts
        let count = text.utf8.count + 2
        guard count <= Self.maximumByteCount else { return nil }
        let length = (0..<4).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
        return length + [Self.version, kind.rawValue] + Array(text.utf8)
    }

    /// Reads what follows the length of a frame.
    ///
    /// - Throws: ``LocalIPCError``.
    init(body: some Collection<UInt8>) throws(LocalIPCError) {
        let header = Array(body.prefix(2))
        guard header.count == 2 else { throw .malformedFrame }
        guard header[0] == Self.version else { throw .unsupportedVersion }
        guard let kind = Kind(rawValue: header[1]), let text = String(validating: body.dropFirst(2), as: UTF8.self),
            let message = Self(kind, text)
        else { throw .malformedFrame }
        self = message
    }
}
