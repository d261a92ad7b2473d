internal import NIOCore
internal import NIOWebSocket
internal import Sessions

/// One participant's WebSocket, from the session's side.
final class ParticipantConnection: Sendable {
    private let channel: any Channel
    /// The address it comes from, for the audit.
    let source: String

    init(channel: any Channel) {
        self.channel = channel
        self.source = channel.remoteAddress?.ipAddress ?? ""
    }

    /// Sends one event as a text frame.
    func send(_ event: SessionEvent) {
        let buffer = channel.allocator.buffer(string: event.json)
        let frame = WebSocketFrame(fin: true, opcode: .text, data: buffer)
        channel.writeAndFlush(frame, promise: nil)
    }

    /// Sends a close frame and closes the connection behind it.
    func close(_ code: WebSocketErrorCode = .normalClosure) {
        var buffer = channel.allocator.buffer(capacity: 2)
        buffer.write(webSocketErrorCode: code)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: buffer)
        channel.writeAndFlush(frame)
            .whenComplete { [channel] _ in
                channel.close(promise: nil)
            }
    }
}
