/// Tells why the store could not do what it was asked.
///
/// Two errors are equal when their codes are equal. No error holds a secret.
public struct AccountsError: Error, Sendable {
    /// What went wrong, for programs.
    public let code: Code
    /// What went wrong, for people.
    public let message: String
    /// The error that led to this one.
    public let cause: (any Error)?

    /// Makes an error.
    public init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension AccountsError: Equatable {
    /// Compares the codes only.
    public static func == (left: Self, right: Self) -> Bool {
        left.code == right.code
    }
}

extension AccountsError: CustomStringConvertible {
    /// The message, without any secret.
    public var description: String { message }
}

extension AccountsError {
    /// The kinds of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case notFound
            case alreadyExists
            case apiKeyInUse
            case inUse
            case invalidField
            case unreadableSecret
            case unreadableMasterKey
            case storeUnavailable
            case schemaMismatch
            case busy
            case versionConflict
            case ownAccount
            case tooMany
        }

        private let name: Name

        /// The code in lower camel case.
        public var description: String { name.rawValue }

        /// There is no such group, key, user, role or session.
        public static let notFound = Self(name: .notFound)
        /// The id or name is taken.
        public static let alreadyExists = Self(name: .alreadyExists)
        /// The API key belongs, or belonged, to a group already.
        public static let apiKeyInUse = Self(name: .apiKeyInUse)
        /// Others still need the object, so that it cannot be deleted.
        public static let inUse = Self(name: .inUse)
        /// A field is too long, empty, or holds characters it may not.
        public static let invalidField = Self(name: .invalidField)
        /// A stored secret does not open under this master key, or for this owner.
        public static let unreadableSecret = Self(name: .unreadableSecret)
        /// The master key is missing, malformed, or readable by others.
        public static let unreadableMasterKey = Self(name: .unreadableMasterKey)
        /// The store failed: disk full, locked, gone.
        ///
        /// Nothing was changed, unless it was the sync that failed: then nobody knows until the next start.
        public static let storeUnavailable = Self(name: .storeUnavailable)
        /// The database was written by a newer version, or by an older one and may not be changed here.
        public static let schemaMismatch = Self(name: .schemaMismatch)
        /// The source has more work waiting than its share.
        public static let busy = Self(name: .busy)
        /// Somebody else has changed the object since it was read: nothing was written.
        public static let versionConflict = Self(name: .versionConflict)
        /// Administrators can neither suspend nor delete themselves.
        public static let ownAccount = Self(name: .ownAccount)
        /// There are as many as there may be.
        public static let tooMany = Self(name: .tooMany)
    }
}
