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

    /// Reads a command, byte for byte; length and first letter leave one to compare with.
    init?(_ text: Span<UInt8>) {
        guard !text.isEmpty else { return nil }
        switch (text.count, text[0]) {
        case (12, UInt8(ascii: "a")): self = .authenticate
        case (10, UInt8(ascii: "a")): self = .administer
        case (4, UInt8(ascii: "j")): self = .join
        case (5, UInt8(ascii: "s")): self = .start
        case (4, UInt8(ascii: "s")): self = .show
        case (4, UInt8(ascii: "v")): self = .view
        case (4, UInt8(ascii: "l")): self = .list
        default: return nil
        }
        guard text.hasSameBytes(as: rawValue.utf8.span) else { return nil }
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
    /// Whether every byte is what is asked for.
    func allSatisfy(_ predicate: (UInt8) -> Bool) -> Bool {
        for index in indices where !predicate(self[index]) {
            return false
        }
        return true
    }

    /// Whether two texts are the same bytes; for what is no secret.
    func hasSameBytes(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] {
            return false
        }
        return true
    }
}
