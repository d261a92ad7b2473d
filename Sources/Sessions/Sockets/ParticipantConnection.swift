internal import NIOCore
internal import NIOWebSocket
internal import Synchronization
internal import WireProtocol

/// Somebody's WebSocket, from the server's side.
final class ParticipantConnection: Sendable {
    /// The most bytes of text that may wait for a peer who does not read.
    private static let maximumTextBytes = 256 * 1024

    private let channel: any Channel
    /// The address it comes from, for the audit.
    let source: String
    /// Whether it takes compressed messages, and may send them.
    let isDeflateAgreed: Bool
    private let pendingText = Atomic<Int>(0)
    private let pendingData = Atomic<Int>(0)
    private let isPaused = Atomic<Bool>(false)
    private let onDrained = Mutex<(@Sendable () -> Void)?>(nil)

    init(channel: any Channel, source: String, isDeflateAgreed: Bool = false) {
        self.channel = channel
        self.source = source
        self.isDeflateAgreed = isDeflateAgreed
    }

    convenience init(channel: any Channel, _ opening: SocketOpening) {
        self.init(channel: channel, source: opening.source, isDeflateAgreed: opening.isDeflateAgreed)
    }

    /// Sends one event as a text frame.
    ///
    /// A peer who does not read what was sent before is disconnected.
    func send(_ event: SessionEvent) {
        post(event.json)
    }

    /// Sends a text, but never before this returns: it may be called under a lock that the channel's handlers take.
    ///
    /// Texts are sent in the order of the calls. A peer who does not read what was sent before is disconnected.
    func post(_ text: String) {
        let count = text.utf8.count
        let (pending, _) = pendingText.add(count, ordering: .relaxed)
        guard pending <= Self.maximumTextBytes else { return channel.close(promise: nil) }
        channel.eventLoop.execute { [self] in
            channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
                .whenComplete { [self] _ in
                    pendingText.subtract(count, ordering: .relaxed)
                }
        }
    }

    /// Sends a close frame and then closes the connection.
    func close(_ code: WebSocketErrorCode = .normalClosure) {
        var buffer = channel.allocator.buffer(capacity: 2)
        buffer.write(webSocketErrorCode: code)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: buffer)
        channel.eventLoop.execute { [channel] in
            channel.writeAndFlush(frame)
                .whenComplete { [channel] _ in
                    channel.close(promise: nil)
                }
        }
    }
}

// MARK: Data plane

extension ParticipantConnection {
    /// How many bytes of data frames have not been written yet.
    var pendingDataBytes: Int { pendingData.load(ordering: .relaxed) }

    /// Calls back on the event loop whenever few of the waiting bytes are left, or no longer too many.
    func watch(_ onDrained: @escaping @Sendable () -> Void) {
        self.onDrained.withLock { $0 = onDrained }
    }

    /// Whether what comes is left unread for now.
    var isReadingPaused: Bool { isPaused.load(ordering: .relaxed) }

    /// Reads nothing more, so that the other end has to wait; what has arrived is still taken.
    ///
    /// ``SocketHandler`` goes on by itself after a while, as whoever waits for each other would wait for ever.
    func pauseReading() {
        isPaused.store(true, ordering: .relaxed)
    }

    /// Goes on reading.
    func resumeReading() {
        guard isPaused.exchange(false, ordering: .relaxed) else { return }
        channel.eventLoop.execute { [channel] in
            channel.pipeline.fireUserInboundEventTriggered(ReadingResumed())
        }
    }

    /// Sends a message as a binary frame, but never before this returns: it may be called under a lock that the channel's
    /// handlers take.
    func sendData(_ message: DataMessage) {
        let count = message.payloadCount(takesDeflated: isDeflateAgreed)
        pendingData.add(count, ordering: .relaxed)
        channel.eventLoop.execute { [self] in
            let (data, isDeflated) = message.payload(takesDeflated: isDeflateAgreed)
            channel.writeAndFlush(WebSocketFrame(fin: true, rsv1: isDeflated, opcode: .binary, data: data))
                .whenComplete { [self] _ in
                    let (before, after) = pendingData.subtract(count, ordering: .relaxed)
                    let hasDrained = SessionRelay.Watermark.falling.contains { before > $0 && after <= $0 }
                    if hasDrained, let onDrained = onDrained.withLock(\.self) { onDrained() }
                }
        }
    }
}

/// Something is to be read again.
struct ReadingResumed: Sendable {}
