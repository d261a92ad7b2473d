internal import Accounts
internal import WireProtocol

/// A button of the panel.
struct PanelAction: Sendable {
    enum Kind: Sendable {
        /// Join the session of the record's visitor, or wait for it.
        case join
        /// Start a session and read out its key.
        case start
        /// Join a session whose key the visitor reads out.
        case enterKey
    }

    let kind: Kind
    /// The name on the wire.
    let name: String
    /// The text on the button.
    let label: String
    /// Where the browser goes.
    let path: String
    /// The privileges needed for the button to be shown.
    let required: PrivilegeSet

    var isFirst: Bool { kind == .join }
    /// Whether the client can do it: it does not ask for keys.
    var opensClient: Bool { kind != .enterKey }

    static let join = Self(
        kind: .join,
        name: "join",
        label: "Join",
        path: Path.agentView,
        required: [.joinCobrowseSessions, .keylessSessions]
    )

    static let all = [
        join,
        Self(
            kind: .start,
            name: "start",
            label: "Start",
            path: Path.agentView,
            required: [.startScreenShareSessions]
        ),
        Self(
            kind: .enterKey,
            name: "key",
            label: "Enter key",
            path: Path.agentJoin,
            required: [.joinCobrowseSessions]
        ),
    ]
}
