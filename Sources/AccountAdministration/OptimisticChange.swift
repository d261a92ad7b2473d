internal import Accounts

/// Changes that are based on what was read before, without a lock in between.
package enum OptimisticChange {
    /// How often a change is tried.
    private static let attempts = 10

    /// Reads and changes something; again, up to ten times, if somebody else was faster.
    ///
    /// - Parameter body: Reads, and writes with the version that it has read. It is called again for
    ///   ``AccountsError/Code/versionConflict``.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` throws; ``AccountsError/Code/versionConflict`` when the last attempt came too late as well.
    package static func run<Value, Failure>(
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        for _ in 1..<attempts {
            do {
                return try await body()
            } catch {
                guard (error as? AccountsError)?.code == .versionConflict else { throw error }
            }
        }
        return try await body()
    }
}
