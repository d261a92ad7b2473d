/// What a version 2 key is good for: a command, and the session that it is about.
///
/// Source: `docs/loginkey-2.md#commands`.
public struct LoginKeyPurpose: Hashable, Sendable {
    /// What the request does.
    public let command: LoginKeyCommand
    /// The session key or visitor id: 1 to 63 of `A-Z a-z 0-9 . _ ~ -`; `nil` for none.
    public let sessionKey: String?

    /// Signing in, without a session.
    public static let authenticate = Self(command: .authenticate)

    /// Administering users, without a session.
    public static let administer = Self(command: .administer)

    private init(command: LoginKeyCommand) {
        self.command = command
        self.sessionKey = nil
    }

    /// Makes a purpose.
    ///
    /// - Parameters:
    ///   - command: What the request does.
    ///   - sessionKey: Needed for ``LoginKeyCommand/join``; not allowed for ``LoginKeyCommand/authenticate`` and
    ///     ``LoginKeyCommand/administer``.
    /// - Throws: ``LoginKeyError/Code/malformedPurpose``.
    public init(_ command: LoginKeyCommand, sessionKey: String? = nil) throws(LoginKeyError) {
        guard command.allows(session: sessionKey != nil), sessionKey.map(Self.isSessionKey) ?? true
        else { throw Self.malformed }
        self.command = command
        self.sessionKey = sessionKey
    }

    /// Whether a text locates a session: 1 to 63 of `A-Z a-z 0-9 . _ ~ -` (`docs/protocol.md#sessions`).
    package static func isSessionKey(_ text: String) -> Bool { isSessionKey(text.utf8.span) }

    static func isSessionKey(_ text: Span<UInt8>) -> Bool {
        (1...63).contains(text.count) && text.allSatisfy(ASCII.isUnreserved)
    }

    static var malformed: LoginKeyError {
        LoginKeyError(
            code: .malformedPurpose,
            message: "the purpose is a command, with : and a session key behind it where the command takes one"
        )
    }

    /// The purpose as it stands in a key: `command` or `command:sessionkey`.
    public var text: String { command.rawValue + (sessionKey.map { ":\($0)" } ?? "") }
}

extension LoginKeyPurpose: CustomStringConvertible {
    /// The same as ``text``.
    public var description: String { text }
}
