internal import NIOWebSocket

/// Reads what a participant sends into commands for the hub; the first text has to hold the server key.
final class SessionFrameHandler: FrameHandler {
    let keepAlive = KeepAlivePolicy(pingSeconds: 25, silentPings: 1, frames: 500)

    private let hub: SessionHub
    private let connection: ParticipantConnection
    private var membership: SessionHub.Membership?

    init(hub: SessionHub, connection: ParticipantConnection) {
        self.hub = hub
        self.connection = connection
    }

    var isAdmitted: Bool { membership != nil }

    func receive(_ json: [UInt8]) -> FrameResult {
        guard let command = ParticipantCommand(json: json) else { return .end(.unacceptableData) }
        if let membership {
            hub.receive(command, from: membership, connection)
            return .goOn
        }
        guard case .connect(let serverKey) = command else { return .refuse }
        membership = hub.admit(serverKey, connection)
        return membership == nil ? .refuse : .goOn
    }

    func end() {
        if let membership { hub.lose(membership, connection) }
    }
}
