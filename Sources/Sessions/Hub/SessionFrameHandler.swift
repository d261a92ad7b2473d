internal import NIOCore
internal import NIOWebSocket
internal import WireProtocol

/// Reads what a participant sends into commands for the hub; the first text must hold the server key.
final class SessionFrameHandler: FrameHandler {
    let keepAlive = KeepAlivePolicy(
        pingSeconds: 25,
        silentPings: 1,
        frames: 500,
        dataFrames: 10_000,
        inflatedBytes: 256 * 1024 * 1024
    )

    private let hub: SessionHub
    private let connection: ParticipantConnection
    private let isForeign: Bool
    private var membership: SessionHub.Membership?
    private var hasReceivedData = false

    /// Makes it.
    ///
    /// - Parameters:
    ///   - hub: The sessions.
    ///   - connection: The participant's.
    ///   - isForeign: Whether the page that has opened the connection is not one of ours.
    init(hub: SessionHub, connection: ParticipantConnection, isForeign: Bool) {
        self.hub = hub
        self.connection = connection
        self.isForeign = isForeign
    }

    var isAdmitted: Bool { membership != nil }

    func receive(_ json: [UInt8]) -> FrameResult {
        guard let command = ParticipantCommand(json: json) else {
            return membership == nil ? .refuse : .end(.unacceptableData)
        }
        if let membership {
            if command == .keepAlive {
                connection.post(KeepAlivePolicy.answer)
                return .goOn
            }
            hub.receive(command, from: membership, connection)
            return .goOn
        }
        guard case .connect(let serverKey) = command else { return .refuse }
        membership = hub.admit(serverKey, connection, isForeign: isForeign)
        return membership == nil ? .refuse : .goOn
    }

    func receive(data: DataMessage) -> FrameResult {
        guard let membership else { return .refuse }
        hasReceivedData = true
        return hub.receive(data: data, from: membership, connection) ? .goOn : .end(.unacceptableData)
    }

    func receiveComplete() {
        guard hasReceivedData, let membership else { return }
        hasReceivedData = false
        hub.flush(membership)
    }

    func end() {
        if let membership { hub.lose(membership, connection) }
    }
}
