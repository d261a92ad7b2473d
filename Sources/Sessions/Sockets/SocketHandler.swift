internal import NIOCore
internal import NIOWebSocket
internal import WireProtocol

/// Reads WebSocket frames for a frame handler, and closes connections that are silent, too loud, or never say who they are.
final class SocketHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let connection: ParticipantConnection
    private let frameHandler: any FrameHandler
    private let rules: FrameRules
    private var isClosing = false
    private var timeout: Scheduled<Void>?
    private var ping: RepeatedTask?
    private var framesLeft: Int
    private var dataFramesLeft: Int
    private var inflatedBytesLeft: Int
    private var silentPings = 0

    /// - Parameters:
    ///   - frameHandler: What is said on the socket.
    ///   - connection: The socket.
    ///   - rules: What the frames have gone through before; it says which are compressed.
    init(_ frameHandler: any FrameHandler, _ connection: ParticipantConnection, _ rules: FrameRules) {
        self.frameHandler = frameHandler
        self.rules = rules
        self.connection = connection
        self.framesLeft = frameHandler.keepAlive.frames
        self.dataFramesLeft = frameHandler.keepAlive.dataFrames
        self.inflatedBytesLeft = frameHandler.keepAlive.inflatedBytes
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timeout = context.eventLoop.scheduleTask(in: .seconds(10)) {
            let (handler, _) = loopBound.value
            if !handler.frameHandler.isAdmitted { handler.refuse() }
        }
        let interval = TimeAmount.seconds(frameHandler.keepAlive.pingSeconds)
        ping = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let (handler, context) = loopBound.value
            handler.checkLife(context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        frameHandler.receiveComplete()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        ping?.cancel()
        isClosing = true
        // A connection that breaks while it is read completes no read.
        frameHandler.receiveComplete()
        frameHandler.end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: context.close(promise: nil)
        case is ChannelShouldQuiesceEvent: close(.goingAway)
        case is ReadingResumed: context.read()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func read(context: ChannelHandlerContext) {
        if isClosing || !connection.isReadingPaused { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        let frame = unwrapInboundIn(data)
        silentPings = 0
        if frame.opcode == .binary { dataFramesLeft -= 1 } else { framesLeft -= 1 }
        guard framesLeft > 0, dataFramesLeft >= 0 else { return close(.policyViolation) }
        switch frame.opcode {
        case .text, .binary: receive(frame.unmaskedData, isText: frame.opcode == .text)
        case .ping: pong(frame, context)
        case .pong: break
        case .connectionClose: close(.normalClosure)
        default: close(.unacceptableData)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close((error as? NIOWebSocketError) == .invalidFrameLength ? .messageTooLarge : .protocolError)
    }

    private func receive(_ payload: ByteBuffer, isText: Bool) {
        // Nothing is decompressed for a participant who was not let in.
        if rules.isDeflated, !isText, !frameHandler.isAdmitted { return refuse() }
        do {
            let message = try message(payload, isText: isText)
            guard inflatedBytesLeft >= 0 else { return close(.policyViolation) }
            carryOut(
                isText
                    ? frameHandler.receive(Array(message.bytes.readableBytesView)) : frameHandler.receive(data: message)
            )
        } catch {
            close(error == .tooLong ? .messageTooLarge : .dataInconsistentWithMessage)
        }
    }

    private func message(_ payload: ByteBuffer, isText: Bool) throws(MessageInflater.Failure) -> DataMessage {
        guard rules.isDeflated else {
            guard payload.readableBytes <= DataFrameLimit.bytes else { throw .tooLong }
            return DataMessage(payload)
        }
        let limit = isText ? SocketFrame.maximumTextSize : DataFrameLimit.bytes
        let message = try DataMessage(deflated: payload, limit: limit)
        inflatedBytesLeft -= max(0, message.count - payload.readableBytes)
        return message
    }

    private func carryOut(_ result: FrameResult) {
        switch result {
        case .goOn: break
        case .refuse: refuse()
        case .end(let code): close(code)
        }
    }

    private func refuse() {
        guard !isClosing else { return }
        connection.post(frameHandler.refusal)
        close(.policyViolation)
    }

    private func close(_ code: WebSocketErrorCode) {
        guard !isClosing else { return }
        isClosing = true
        frameHandler.end()
        // Unread input when a connection is closed destroys what was written last.
        connection.resumeReading()
        connection.close(code)
    }

    private func pong(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        let answer = WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    }

    private func checkLife(_ context: ChannelHandlerContext) {
        // Whoever is not read cannot be heard.
        if connection.isReadingPaused {
            silentPings = 0
            connection.resumeReading()
        }
        guard !isClosing, silentPings < frameHandler.keepAlive.silentPings else { return context.close(promise: nil) }
        silentPings += 1
        framesLeft = frameHandler.keepAlive.frames
        dataFramesLeft = frameHandler.keepAlive.dataFrames
        inflatedBytesLeft = frameHandler.keepAlive.inflatedBytes
        let frame = WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer())
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
