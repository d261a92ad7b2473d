internal import Foundation
internal import NIOSSL
internal import WebSocketClient
internal import WireProtocol

/// One connection to a session server: the wire's texts as ``SessionEvent`` and ``ParticipantCommand``.
struct SessionConnection: Sendable {
    private let outgoing: AsyncStream<String>.Continuation
    private let texts: AsyncStream<String>

    private let server: String

    /// Makes a connection whose first frame is the server key, whatever is sent in the meantime.
    init(_ admission: SessionAdmission) {
        (texts, outgoing) = AsyncStream.makeStream()
        server = admission.server
        outgoing.yield(ParticipantCommand.connect(serverKey: admission.serverKey).json)
    }

    func send(_ command: ParticipantCommand) {
        outgoing.yield(command.json)
    }

    /// Closes the connection when everything before has been sent.
    func close() {
        outgoing.finish()
    }

    /// Connects and goes on until the connection is closed by either side.
    func run(tls: TLSConfiguration, _ receive: @escaping @Sendable (SessionEvent) -> Void) async throws {
        let client = try await SessionClient(url: server, tls: tls)
        try await client.run(sending: texts) { text in
            if let event = SessionEvent(json: Array(text.utf8)) { receive(event) }
        }
    }
}
