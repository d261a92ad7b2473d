internal import Accounts
internal import AccountsSQL
internal import Dispatch
internal import Synchronization

/// Connections for reading, each with a thread of its own.
final class ReaderPool: Sendable {
    /// One connection.
    // Used on its queue alone.
    private final class Reader: @unchecked Sendable {
        let queue = DispatchQueue(label: "latchkey.postgres.reader")
        private let connector: PostgresConnector
        private var current: PostgresConnection?

        init(_ connector: PostgresConnector) {
            self.connector = connector
        }

        /// Reads in one transaction; once more if the connection turns out to be gone.
        func read<Value>(_ body: (any SQLConnection) throws -> Value) throws -> Value {
            if let current, !current.isBroken {
                do {
                    return try read(body, on: current)
                } catch let error as PostgresError where error.isOfConnection {}
            }
            current = nil
            let connection = try connector.connect()
            current = connection
            return try read(body, on: connection)
        }

        private func read<Value>(
            _ body: (any SQLConnection) throws -> Value,
            on connection: PostgresConnection
        ) throws -> Value {
            _ = try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            do {
                let value = try body(PostgresSession(connection: connection))
                _ = try connection.run("COMMIT")
                return value
            } catch {
                if !connection.isBroken { _ = try? connection.run("ROLLBACK") }
                throw error
            }
        }

        func disconnect() { current = nil }
    }

    private struct State {
        var free: [Reader]
        var waiting: [CheckedContinuation<Reader?, Never>] = []
    }

    /// More waiting than this means that the database cannot follow: further reading is refused.
    private static let maximumWaiting = 20_000

    private let readers: [Reader]
    private let state: Mutex<State>

    init(connector: PostgresConnector, count: Int = 4) {
        readers = (0..<count).map { _ in Reader(connector) }
        state = Mutex(State(free: readers))
    }

    /// Reads in one transaction.
    ///
    /// - Throws: What `body` throws, and ``AccountsError/Code/storeUnavailable``.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws(AccountsError) -> Value {
        guard let reader = await take() else { throw .unavailable(nil) }
        defer { give(reader) }
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            reader.queue.async { continuation.resume(returning: Result { try reader.read(body) }) }
        }
        switch result {
        case .success(let value): return value
        case .failure(let error as AccountsError): throw error
        case .failure(let error): throw .unavailable(error)
        }
    }

    /// Lets go of all connections.
    func finish() {
        for reader in readers { reader.queue.sync { reader.disconnect() } }
    }

    /// A connection that nobody uses; `nil` if too many wait for one already.
    private func take() async -> Reader? {
        await withCheckedContinuation { continuation in
            let reader: Reader?? = state.withLock { state in
                if let reader = state.free.popLast() { return reader }
                guard state.waiting.count < Self.maximumWaiting else { return .some(nil) }
                state.waiting.append(continuation)
                return nil
            }
            if let reader { continuation.resume(returning: reader) }
        }
    }

    private func give(_ reader: Reader) {
        let next = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free.append(reader)
                return nil as CheckedContinuation<Reader?, Never>?
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: reader)
    }
}
