package import HTTPCore
internal import HummingbirdCore
package import Logging
internal import Metrics
internal import Synchronization
internal import WireCodec

/// Counts the connections of a server: a limit per source, and no more in all than there are descriptors for.
package final class ConnectionLimits: Sendable {
    private struct State {
        var bySource: [String: Int] = [:]
        /// The sources that the log has reported to have too many.
        var noted: Set<String> = []
        var total = 0
        var isPaused = false
        var perSource: Int
    }

    private let total: Int
    private let proxies: TrustedProxies
    private let logger: Logger
    private let state: Mutex<State>
    private let open = Gauge(label: "latchkey_connections")
    private let refused = Counter(label: "latchkey_connections_refused_total")
    private let pauses = Counter(label: "latchkey_accept_pauses_total")

    /// Makes limits.
    ///
    /// - Parameters:
    ///   - perSource: How many connections one IPv4 address or one IPv6 network may have; trusted proxies are exempt.
    ///   - total: How many in all are accepted; after that none until one is closed.
    ///   - proxies: Who is trusted.
    ///   - logger: Is told when connections are refused or wait.
    package init(perSource: Int, total: Int, proxies: TrustedProxies, logger: Logger) {
        self.state = Mutex(State(perSource: perSource))
        self.total = total
        self.proxies = proxies
        self.logger = logger
    }

    /// Changes how many connections one source may have; those that are open stay.
    package func change(perSource: Int) {
        state.withLock { $0.perSource = perSource }
    }

    /// Counts a connection; `false` if its source has too many, and then it does not count.
    func enter(from peer: String) -> Bool {
        let source = SourceNetwork.name(of: peer)
        let (isIn, count, total, isNew) = state.withLock { state in
            let count = state.bySource[source, default: 0]
            guard count < state.perSource || proxies.contains(peer) else {
                return (false, count, state.total, state.noted.insert(source).inserted)
            }
            state.bySource[source] = count + 1
            state.total += 1
            return (true, count + 1, state.total, false)
        }
        open.record(total)
        if isIn { return true }
        refused.increment()
        // Once, until half of its connections are closed: a source that fills the places must not fill the log too.
        guard isNew else { return false }
        logger.notice(
            "a connection was refused: its source has too many",
            metadata: ["source": "\(source)", "connections": "\(count)"]
        )
        return false
    }

    /// A connection that counts is closed.
    func leave(from peer: String) {
        let source = SourceNetwork.name(of: peer)
        let total = state.withLock { state in
            let count = state.bySource[source, default: 1] - 1
            state.bySource[source] = count > 0 ? count : nil
            if count <= state.perSource / 2 { state.noted.remove(source) }
            state.total -= 1
            return state.total
        }
        open.record(total)
    }

    /// Whether there is no connection.
    var isIdle: Bool { state.withLock { $0.total == 0 } }

    /// Whether there is room for another one; says so when that changes.
    func hasRoom() -> Bool {
        let (hasRoom, isChange) = state.withLock { state in
            let hasRoom = state.total < total
            defer { state.isPaused = !hasRoom }
            return (hasRoom, state.isPaused == hasRoom)
        }
        guard isChange else { return hasRoom }
        if hasRoom {
            logger.notice("connections are accepted again")
        } else {
            notePause("there are as many connections as there is room for: \(total)")
        }
        return hasRoom
    }

    /// Counts a pause and says why no connections are accepted.
    func notePause(_ reason: String) {
        pauses.increment()
        logger.warning("no connections are accepted for now", metadata: ["reason": "\(reason)"])
    }
}

/// Lets the framework ask before it accepts a connection.
package struct ConnectionRoom: AvailableConnectionsDelegate {
    private let limits: ConnectionLimits

    /// Makes the question.
    package init(_ limits: ConnectionLimits) {
        self.limits = limits
    }

    /// Counts nothing: ``ConnectionLimits`` does.
    package mutating func connectionOpened() {}
    /// Counts nothing: ``ConnectionLimits`` does.
    package mutating func connectionClosed() {}
    /// Whether there are descriptors for another connection.
    package func isAcceptingNewConnections() -> Bool { limits.hasRoom() }
}
