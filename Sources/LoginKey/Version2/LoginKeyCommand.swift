/// What a version 2 key may be used for: the request that it has to come with.
///
/// Source: `docs/loginkey-2.md#commands`.
public enum LoginKeyCommand: String, Hashable, Sendable, CaseIterable {
    /// Signs in, and nothing more is asked for.
    case authenticate
    /// Joins a session.
    case join
    /// Starts a session.
    case start
    /// Starts a session in which the agent shows.
    case show
    /// Starts a session in which the agent views.
    case view
    /// Lists the sessions that the agent is in.
    case list
    /// Administers users.
    case administer

    /// Reads a command, byte for byte.
    init?(_ text: Span<UInt8>) {
        guard let command = Self.allCases.first(where: { $0.rawValue.utf8.span.hasSameBytes(as: text) }) else {
            return nil
        }
        self = command
    }

    /// Whether a key for this command may, must or cannot name a session.
    func allows(session: Bool) -> Bool {
        switch self {
        case .authenticate, .administer: !session
        case .join: session
        case .start, .show, .view, .list: true
        }
    }
}

extension Span<UInt8> {
    /// Whether two texts are the same bytes; for what is no secret.
    func hasSameBytes(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] {
            return false
        }
        return true
    }
}
