internal import AccountsSQL

/// What PostgreSQL, or the way to it, has refused.
struct PostgresError: SQLFailure, CustomStringConvertible {
    /// The five characters of an SQLSTATE; empty where the server has said nothing.
    let state: String
    /// What went wrong, without values of statements.
    let message: String

    var reason: String { description }

    var description: String { state.isEmpty ? message : "\(message) (\(state))" }

    /// The server did not answer in time; nobody knows what became of what was asked.
    static let timedOut = Self(state: "", message: "the database did not answer in time")
    /// The connection is gone.
    static func lost(_ message: String) -> Self {
        Self(state: "", message: message.isEmpty ? "the connection to the database was lost" : message)
    }

    /// The connection is of no use any more, and nobody knows what became of what was asked.
    var isOfConnection: Bool { state.isEmpty }

    /// The connection went while a transaction was under way, and it is certain that nothing of it was done.
    static let rolledBack = Self(state: "40000", message: "the database gave up the transaction")

    /// A lock was not to be had within `lock_timeout`.
    var isLockTimeout: Bool { state == "55P03" }

    /// Nothing was done, and trying again helps: two transactions stood in each other's way, a day of the audit was dropped, or
    /// the server went.
    var isTransient: Bool { ["40000", "40001", "40P01", "42P01"].contains(state) }
}
