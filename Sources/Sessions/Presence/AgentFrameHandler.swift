internal import Accounts
internal import NIOWebSocket

/// Reads what an agent's page or program sends; the first text must hold the token and name the visitor.
final class AgentFrameHandler: FrameHandler {
    let keepAlive = KeepAlivePolicy.presence

    let refusal = PresenceEvent.refused.json

    private let hub: PresenceHub
    private let connection: ParticipantConnection
    private let origin: Origin?
    private var peer: PeerID?

    init(hub: PresenceHub, connection: ParticipantConnection, origin: Origin?) {
        self.hub = hub
        self.connection = connection
        self.origin = origin
    }

    var isAdmitted: Bool { peer.map(hub.isAdmitted) ?? false }

    func receive(_ json: [UInt8]) -> FrameResult {
        guard let command = AgentCommand(json: json) else { return peer == nil ? .refuse : .end(.unacceptableData) }
        switch (peer, command) {
        case (nil, .connect(let token, let visitor)):
            if let event = hub.event(ifElsewhere: visitor) {
                connection.post(event.json)
                return .end(.goingAway)
            }
            let credentials = AgentCredentials(
                token: token,
                partnerID: visitor.partnerID,
                source: connection.source,
                origin: origin
            )
            peer = hub.enter(.watch(visitor, credentials), connection)
            return peer == nil ? .end(.policyViolation) : .goOn
        case (nil, _), (_?, .connect): return .refuse
        case (_?, .keepAlive(let isToBeAnswered)):
            if isToBeAnswered { connection.post(KeepAlivePolicy.answer) }
            return .goOn
        case (_?, .other): return .goOn
        }
    }

    func end() {
        if let peer { hub.leave(peer) }
    }
}
