package import Accounts
internal import Synchronization

/// The session servers: the one here, and those of other nodes.
package final class SessionServers: Sendable {
    /// The one here, on which new sessions are put.
    package let own: SessionServerRecord
    private let others = Mutex<[SessionServerRecord]>([])

    /// Makes a list of one server.
    package init(_ own: SessionServerRecord) {
        self.own = own
    }

    /// Takes over which servers there are; the one here is one of them, listed or not.
    package func update(_ servers: [SessionServerRecord]) {
        others.withLock { $0 = servers.filter { $0.name != own.name } }
    }

    /// The server of that name; `nil` if there is none, or it is gone.
    package func server(_ name: String) -> SessionServerRecord? {
        own.name == name ? own : others.withLock { $0.first { $0.name == name } }
    }

    /// Where participants connect, on all servers.
    package var urls: [String] {
        [own.url] + others.withLock { $0.map(\.url) }
    }
}
