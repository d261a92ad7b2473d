internal import NIOWebSocket
internal import Sessions

/// Reads what a participant sends into commands for the hub; the first text has to hold the server key.
final class SessionDialogue: SocketDialogue {
    let pace = SocketPace(pingSeconds: 25, silentPings: 1, frames: 500)

    private let hub: SessionHub
    private let connection: ParticipantConnection
    private var seat: SessionHub.Seat?

    init(hub: SessionHub, connection: ParticipantConnection) {
        self.hub = hub
        self.connection = connection
    }

    var isAdmitted: Bool { seat != nil }

    func receive(_ json: [UInt8]) -> SocketVerdict {
        guard let command = ParticipantCommand(json: json) else { return .end(.unacceptableData) }
        if let seat {
            hub.receive(command, from: seat, connection)
            return .goOn
        }
        guard case .connect(let serverKey) = command else { return .refuse }
        seat = hub.admit(serverKey, connection)
        return seat == nil ? .refuse : .goOn
    }

    func end() {
        if let seat { hub.lose(seat, connection) }
    }
}
