package import Accounts

/// An error of a database that can be told to people.
package protocol SQLFailure: Error {
    /// What has failed, without values of statements.
    var reason: String { get }
}

extension AccountsError {
    /// The database is not there, or has failed.
    package static func unavailable(_ cause: (any Error)?) -> Self {
        let reason = (cause as? any SQLFailure).map { ": \($0.reason)" } ?? ""
        return AccountsError(code: .storeUnavailable, message: "the store is not available\(reason)", cause: cause)
    }

    /// Runs work on a database; its errors become ``Code/storeUnavailable``, and those of the store stay what they are.
    package static func translating<Value>(_ body: () throws -> Value) throws(AccountsError) -> Value {
        do {
            return try body()
        } catch {
            throw AccountsError(translating: error)
        }
    }

    /// An error of the store stays what it is; any other is ``Code/storeUnavailable``.
    package init(translating error: any Error) {
        self = error as? AccountsError ?? .unavailable(error)
    }
}
