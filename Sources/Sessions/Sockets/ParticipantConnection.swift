internal import NIOCore
internal import NIOWebSocket
internal import Synchronization
internal import WireProtocol

/// Somebody's WebSocket, from the server's side.
final class ParticipantConnection: Sendable {
    /// The most bytes of text that may wait for a peer who does not read.
    private static let maximumTextBytes = 256 * 1024
    /// How many bytes are flushed at once: over TLS a flush is one write, and a peer has limited time to take one.
    private static let maximumUnflushedBytes = 64 * 1024

    private let channel: any Channel
    /// The address it comes from, for the audit.
    let source: String
    /// Whether it takes compressed messages, and may send them.
    let isDeflateAgreed: Bool
    private let outbox = Mutex(Outbox())
    private let pendingText = Atomic<Int>(0)
    private let pendingData = Atomic<Int>(0)
    private let isPaused = Atomic<Bool>(false)
    private let onDrained = Mutex<(@Sendable (ParticipantConnection) -> Void)?>(nil)

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
    /// All that is sent keeps the order of the calls. A peer who does not read what was sent before is disconnected.
    func post(_ text: String) {
        let count = text.utf8.count
        let (pending, _) = pendingText.add(count, ordering: .relaxed)
        guard pending <= Self.maximumTextBytes else {
            return channel.eventLoop.execute { [channel] in channel.close(promise: nil) }
        }
        guard outbox.withLock({ $0.append(.text(text)) }) else {
            pendingText.subtract(count, ordering: .relaxed)
            return
        }
        flushLater()
    }

    /// Sends a close frame and then closes the connection; what is to be sent later is dropped.
    func close(_ code: WebSocketErrorCode = .normalClosure) {
        guard outbox.withLock({ $0.append(.close(code)) }) else { return }
        flushLater()
    }
}

// MARK: Data plane

extension ParticipantConnection {
    /// How many bytes of data frames have not been written yet.
    var pendingDataBytes: Int { pendingData.load(ordering: .relaxed) }

    /// Calls back on the event loop whenever few of the waiting bytes are left, or no longer too many.
    func watch(_ onDrained: @escaping @Sendable (ParticipantConnection) -> Void) {
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

    /// Adds a message to what waits, as a binary frame; it is sent with the next flush.
    func write(_ message: DataMessage) {
        let count = message.payloadCount(takesDeflated: isDeflateAgreed)
        pendingData.add(count, ordering: .relaxed)
        guard !outbox.withLock({ $0.append(.data(message)) }) else { return }
        pendingData.subtract(count, ordering: .relaxed)
    }

    /// Sends what waits, now if this is the channel's event loop; never to be called under a lock that its handlers take.
    func flush() {
        guard channel.eventLoop.inEventLoop else { return flushLater() }
        sendWaiting()
    }

    /// Sends what waits, but never before this returns.
    func flushLater() {
        guard outbox.withLock({ $0.schedule() }) else { return }
        channel.eventLoop.execute { self.sendWaiting() }
    }
}

/// Something is to be read again.
struct ReadingResumed: Sendable {}

// MARK: The outbox

extension ParticipantConnection {
    /// What waits to be sent.
    private struct Outbox {
        enum Message {
            case text(String)
            case data(DataMessage)
            case close(WebSocketErrorCode)
        }

        private var messages: [Message] = []
        /// Whether the event loop will send them.
        private var isScheduled = false
        /// Whether they are being sent: what that calls may add more, and flush.
        private var isBeingSent = false
        private var isClosing = false

        /// Adds a message; `false` behind a close frame, where nothing may come (RFC 6455 section 5.5.1).
        mutating func append(_ message: Message) -> Bool {
            guard !isClosing else { return false }
            if case .close = message { isClosing = true }
            messages.append(message)
            return true
        }

        /// Whether the event loop must be told that there is something to send.
        mutating func schedule() -> Bool {
            guard !isScheduled, !messages.isEmpty else { return false }
            isScheduled = true
            return true
        }

        /// Takes what waits; `nil` if there is nothing, or it is being sent already.
        mutating func begin() -> [Message]? {
            isScheduled = false
            guard !isBeingSent else { return nil }
            return next()
        }

        /// Takes what has come meanwhile; `nil` if nothing has.
        mutating func next() -> [Message]? {
            isBeingSent = !messages.isEmpty
            guard isBeingSent else { return nil }
            defer { messages = [] }
            return messages
        }
    }

    private func sendWaiting() {
        var waiting = outbox.withLock { $0.begin() }
        while let messages = waiting {
            var unflushed = 0
            for message in messages {
                unflushed += write(message)
                guard unflushed >= Self.maximumUnflushedBytes else { continue }
                channel.flush()
                unflushed = 0
            }
            channel.flush()
            waiting = outbox.withLock { $0.next() }
        }
    }

    /// Writes one message.
    ///
    /// - Returns: How many bytes have to be flushed for it.
    private func write(_ message: Outbox.Message) -> Int {
        switch message {
        case .text(let text):
            write(text)
            return text.utf8.count
        case .data(let message):
            writeFrame(of: message)
            return message.payloadCount(takesDeflated: isDeflateAgreed)
        case .close(let code):
            writeClose(code)
            return 0
        }
    }

    private func write(_ text: String) {
        let count = text.utf8.count
        channel.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
            .whenComplete { [self] _ in
                pendingText.subtract(count, ordering: .relaxed)
            }
    }

    private func writeFrame(of message: DataMessage) {
        let (data, isDeflated) = message.payload(takesDeflated: isDeflateAgreed)
        let count = message.payloadCount(takesDeflated: isDeflateAgreed)
        channel.write(WebSocketFrame(fin: true, rsv1: isDeflated, opcode: .binary, data: data))
            .whenComplete { [self] _ in
                let (before, after) = pendingData.subtract(count, ordering: .relaxed)
                let hasDrained = SessionRelay.Watermark.falling.contains { before > $0 && after <= $0 }
                if hasDrained, let onDrained = onDrained.withLock(\.self) { onDrained(self) }
            }
    }

    private func writeClose(_ code: WebSocketErrorCode) {
        var buffer = channel.allocator.buffer(capacity: 2)
        buffer.write(webSocketErrorCode: code)
        channel.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: buffer))
            .whenComplete { [channel] _ in
                channel.close(promise: nil)
            }
    }
}
