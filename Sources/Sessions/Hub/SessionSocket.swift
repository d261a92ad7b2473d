package import Accounts
package import NIOCore

/// The WebSocket that participants use in a session.
package struct SessionSocket: SocketEndpoint {
    /// Visitors come from the pages of any site; agents from our own.
    package let takesForeignPages = true
    /// Pages are large, and compress to a fifth.
    package let takesDeflated = true
    private let hub: SessionHub
    private let ownOrigins: Set<Origin>

    /// - Parameters:
    ///   - hub: The sessions.
    ///   - ownOrigins: The origins of our own pages.
    package init(hub: SessionHub, ownOrigins: Set<Origin>) {
        self.hub = hub
        self.ownOrigins = ownOrigins
    }

    package func configure(_ channel: any Channel, at place: PipelinePlace, _ opening: SocketOpening) throws {
        let connection = ParticipantConnection(channel: channel, opening)
        let isForeign = opening.origin.map { !ownOrigins.contains($0) } ?? false
        let handler = SessionFrameHandler(hub: hub, connection: connection, isForeign: isForeign)
        try add(handler, connection, to: channel, at: place)
    }
}
