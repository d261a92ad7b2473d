/// A LoginKey of either version, as it was presented.
public enum PresentedLoginKey: Equatable, Sendable {
    /// `$1$…`.
    case version1(LoginKey)
    /// `$2$…`.
    case version2(BoundLoginKey)

    /// Reads a LoginKey of the version that it begins with.
    ///
    /// - Throws: The errors of ``LoginKey/init(parsing:)-(String)`` and ``BoundLoginKey/init(parsing:)``.
    public init(parsing text: String) throws(LoginKeyError) {
        self =
            BoundLoginKey.isClaimed(by: text.utf8.span)
            ? .version2(try BoundLoginKey(parsing: text)) : .version1(try LoginKey(parsing: text))
    }

    /// The key as it travels.
    ///
    /// It is a credential: never log it.
    public var text: String {
        switch self {
        case .version1(let loginKey): loginKey.text
        case .version2(let loginKey): loginKey.text
        }
    }

    /// The first second, in Unix time, at which the key is no longer valid.
    public var expires: Int64 {
        switch self {
        case .version1(let loginKey): loginKey.expires
        case .version2(let loginKey): loginKey.expires
        }
    }
}

extension PresentedLoginKey: CustomStringConvertible {
    /// What of the key is no secret.
    public var description: String {
        switch self {
        case .version1(let loginKey): loginKey.description
        case .version2(let loginKey): loginKey.description
        }
    }
}
