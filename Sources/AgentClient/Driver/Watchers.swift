internal import Dispatch
internal import LocalIPC
internal import Synchronization

/// The connections that are told of every change; each is told each state once.
final class Watchers: Sendable {
    private struct State {
        var connections: [IPCConnection] = []
        var last = ""
    }

    private let state = Mutex(State())
    /// One after the other, and never on a thread that others wait for.
    private let queue = DispatchQueue(label: "latchkey.watchers")

    var isEmpty: Bool { state.withLock { $0.connections.isEmpty } }

    /// Adds a connection and tells it how things are.
    func add(_ connection: IPCConnection, _ status: @escaping @Sendable () -> String) {
        queue.async { [self] in
            guard (try? connection.send(.status(status()))) != nil else { return connection.close() }
            state.withLock { $0.connections.append(connection) }
        }
    }

    func remove(_ connection: IPCConnection) {
        state.withLock { $0.connections.removeAll { $0 === connection } }
    }

    /// Tells how things are when it is their turn, so that the newest state is the last that is told.
    func tell(_ status: @escaping @Sendable () -> String) {
        queue.async { [self] in
            let status = status()
            let connections = state.withLock { state in
                guard state.last != status else { return [IPCConnection]() }
                state.last = status
                return state.connections
            }
            for connection in connections where (try? connection.send(.status(status))) == nil {
                connection.close()
            }
        }
    }

    func close() {
        for connection in state.withLock({ $0.connections }) {
            connection.close()
        }
    }
}
