package import Accounts
internal import AccountsSQL
internal import Dispatch
internal import Synchronization

/// Holds the name of a session server: no other server on the same database has it.
///
/// The database lets go of a name as soon as the connection that holds it ends: with the process, or some seconds after the
/// machine is cut off.
package final class ServerNameLease: Sendable {
    /// What has become of the name.
    package enum State: Sendable {
        case held
        /// The database is not there; nobody can take the name meanwhile either.
        case unknown
        /// Another server has it.
        case lost
    }

    private let connector: PostgresConnector
    private let name: String
    private let queue = DispatchQueue(label: "latchkey.postgres.lease")
    private let holder: Holder

    /// The connection that holds the name.
    // Used on the lease's queue alone.
    private final class Holder: @unchecked Sendable {
        var connection: PostgresConnection?
        /// The database's process for that connection, or for the last one.
        var backend: BackendIdentity?
    }

    /// Takes a name; `nil` if another server has it.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - address: Where the database is.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package init?(_ name: String, in address: PostgresAddress) throws(AccountsError) {
        self.name = name
        connector = PostgresConnector(address: address, timeout: 5000)
        holder = Holder()
        do {
            guard try take() else { return nil }
        } catch {
            throw .unavailable(error)
        }
    }

    /// Looks whether the name is still held, and takes it again where the connection was lost.
    package func check() async -> State {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                if let connection = holder.connection, (try? connection.run("SELECT 1")) != nil {
                    return continuation.resume(returning: .held)
                }
                holder.connection = nil
                do {
                    continuation.resume(returning: try take() ? .held : .lost)
                } catch {
                    continuation.resume(returning: .unknown)
                }
            }
        }
    }

    /// Connects and takes the name; `false` if another server has it.
    ///
    /// The process of the last connection may still hold it, where the network was lost: it is ended before.
    private func take() throws -> Bool {
        let connection = try connector.connect()
        try holder.backend?.end(over: connection)
        let result = try connection.run(
            "SELECT pg_try_advisory_lock(?::int, hashtext(?))::int",
            [AdvisoryLock.serverNames, name]
        )
        guard result.map({ $0.bool(0) }).first == true else { return false }
        holder.backend = try BackendIdentity(of: connection)
        holder.connection = connection
        return true
    }
}
