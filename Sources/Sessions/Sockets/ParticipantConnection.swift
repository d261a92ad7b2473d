internal import NIOCore
internal import NIOWebSocket

/// Somebody's WebSocket, from the server's side.
final class ParticipantConnection: Sendable {
    private let channel: any Channel
    /// The address it comes from, for the audit.
    let source: String

    init(channel: any Channel, source: String) {
        self.channel = channel
        self.source = source
    }

    /// Sends one event as a text frame.
    ///
    /// Who does not read what was sent before is disconnected.
    func send(_ event: SessionEvent) {
        send(text: event.json)
    }

    func send(text: String) {
        guard channel.isWritable else { return channel.close(promise: nil) }
        let buffer = channel.allocator.buffer(string: text)
        let frame = WebSocketFrame(fin: true, opcode: .text, data: buffer)
        channel.writeAndFlush(frame, promise: nil)
    }

    /// Sends a text, but never before this returns: it may be called under a lock that the channel's handlers take.
    ///
    /// Texts are sent in the order of the calls. Who does not read what was sent before is disconnected.
    func post(_ text: String) {
        channel.eventLoop.execute { [channel] in
            guard channel.isWritable else { return channel.close(promise: nil) }
            let frame = WebSocketFrame(fin: true, opcode: .text, data: channel.allocator.buffer(string: text))
            channel.writeAndFlush(frame, promise: nil)
        }
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
