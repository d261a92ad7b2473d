package import NIOCore

/// The WebSocket that makes a visitor's page present.
package struct VisitorSocket: SocketEndpoint {
    /// Visitors come from the pages of any site.
    package let takesForeignPages = true
    private let hub: PresenceHub

    /// Makes the endpoint.
    package init(hub: PresenceHub) {
        self.hub = hub
    }

    package func configure(_ channel: any Channel, at place: PipelinePlace, _ opening: SocketOpening) throws {
        let connection = ParticipantConnection(channel: channel, opening)
        try add(VisitorFrameHandler(hub: hub, connection: connection), connection, to: channel, at: place)
    }
}

/// The WebSocket that tells an agent's page or program who is present.
package struct AgentSocket: SocketEndpoint {
    /// The group says whose pages may use it: that is known once the agent is.
    package let takesForeignPages = true
    private let hub: PresenceHub

    /// Makes the endpoint.
    package init(hub: PresenceHub) {
        self.hub = hub
    }

    package func configure(_ channel: any Channel, at place: PipelinePlace, _ opening: SocketOpening) throws {
        let connection = ParticipantConnection(channel: channel, opening)
        let handler = AgentFrameHandler(hub: hub, connection: connection, origin: opening.origin)
        try add(handler, connection, to: channel, at: place)
    }
}

extension KeepAlivePolicy {
    /// For connections whose purpose is to be there: silence of more than a minute ends them.
    static let presence = Self(pingSeconds: 20, silentPings: 3, frames: 60)
}
