package import Accounts
package import NIOCore

/// The WebSocket by which participants are in a session.
package struct SessionSocket: SocketEndpoint {
    /// Only our own pages take part in sessions.
    package let takesForeignPages = false
    private let hub: SessionHub

    package init(hub: SessionHub) {
        self.hub = hub
    }

    package func configure(_ channel: any Channel, origin: Origin?, source: String) throws {
        let connection = ParticipantConnection(channel: channel, source: source)
        try add(SessionFrameHandler(hub: hub, connection: connection), connection, to: channel)
    }
}
