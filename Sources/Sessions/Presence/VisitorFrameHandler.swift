internal import NIOWebSocket

/// Reads what a visitor's page sends; the first text must announce who is there.
final class VisitorFrameHandler: FrameHandler {
    let keepAlive = KeepAlivePolicy.presence

    let refusal = PresenceEvent.refused.json

    private let hub: PresenceHub
    private let connection: ParticipantConnection
    private var peer: PeerID?

    init(hub: PresenceHub, connection: ParticipantConnection) {
        self.hub = hub
        self.connection = connection
    }

    var isAdmitted: Bool { peer.map(hub.isAdmitted) ?? false }

    func receive(_ json: [UInt8]) -> FrameResult {
        guard let command = VisitorCommand(json: json) else { return peer == nil ? .refuse : .end(.unacceptableData) }
        switch (peer, command) {
        case (nil, .announce(let visitor, let present)):
            if let event = hub.event(ifElsewhere: visitor) {
                connection.post(event.json)
                return .end(.goingAway)
            }
            peer = hub.enter(.announce(visitor, present), connection)
            return peer == nil ? .end(.policyViolation) : .goOn
        case (let peer?, .answer(let invitation, let answer)):
            hub.receive(answer, to: invitation, from: peer)
            return .goOn
        case (_?, .keepAlive):
            connection.post(KeepAlivePolicy.answer)
            return .goOn
        case (nil, _), (_?, .announce): return .refuse
        }
    }

    func end() {
        if let peer { hub.leave(peer) }
    }
}
