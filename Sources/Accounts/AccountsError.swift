/// Tells why the store could not do what it was asked.
///
/// Two errors are equal when their codes are equal. No error holds a secret.
package struct AccountsError: Error, Sendable {
    /// What went wrong, for programs.
    package let code: Code
    /// What went wrong, for people.
    package let message: String
    /// The error that led to this one.
    package let cause: (any Error)?

    /// Makes an error.
    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension AccountsError: Equatable {
    /// Compares the codes only.
    package static func == (left: Self, right: Self) -> Bool {
        left.code == right.code
    }
}

extension AccountsError: CustomStringConvertible {
    /// The message, without any secret.
    package var description: String { message }
}

extension AccountsError {
    /// The kinds of failure.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
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
        package var description: String { name.rawValue }

        /// There is no such group, key, user, role or session.
        package static let notFound = Self(name: .notFound)
        /// The id or name is taken.
        package static let alreadyExists = Self(name: .alreadyExists)
        /// The API key already belongs, or belonged, to a group.
        package static let apiKeyInUse = Self(name: .apiKeyInUse)
        /// Others still need the object, so it cannot be deleted.
        package static let inUse = Self(name: .inUse)
        /// A field is too long, empty, or holds characters it may not.
        package static let invalidField = Self(name: .invalidField)
        /// A stored secret does not open under this master key, or for this owner.
        package static let unreadableSecret = Self(name: .unreadableSecret)
        /// The master key is missing, malformed, or readable by others.
        package static let unreadableMasterKey = Self(name: .unreadableMasterKey)
        /// The store failed: disk full, locked, gone.
        ///
        /// Nothing was changed, unless the sync itself failed: then this is unknown until the next start.
        package static let storeUnavailable = Self(name: .storeUnavailable)
        /// The database was written by a newer version, or by an older one and may not be changed here.
        package static let schemaMismatch = Self(name: .schemaMismatch)
        /// The source has more work waiting than its share.
        package static let busy = Self(name: .busy)
        /// Somebody else has changed the object since it was read: nothing was written.
        package static let versionConflict = Self(name: .versionConflict)
        /// Administrators can neither suspend nor delete themselves.
        package static let ownAccount = Self(name: .ownAccount)
        /// The maximum number has been reached.
        package static let tooMany = Self(name: .tooMany)
    }
}
