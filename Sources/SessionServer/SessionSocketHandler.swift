internal import NIOCore
internal import NIOWebSocket
internal import Sessions

/// Reads WebSocket frames into commands for the hub.
///
/// The first frame has to hold the server key.
final class SessionSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// How long a connection may stay without a server key.
    private static let connectTimeout = TimeAmount.seconds(10)
    /// How often the other end is asked for a sign of life.
    private static let pingInterval = TimeAmount.seconds(25)
    /// How many frames a participant may send in one ping interval.
    private static let maximumFrames = 500

    private enum Phase {
        case awaitingKey
        case seated(SessionHub.Seat)
        case closing
    }

    private let hub: SessionHub
    private let connection: ParticipantConnection
    private var phase = Phase.awaitingKey
    private var timeout: Scheduled<Void>?
    private var ping: RepeatedTask?
    private var framesLeft = SessionSocketHandler.maximumFrames
    private var isAlive = true

    init(hub: SessionHub, channel: any Channel) {
        self.hub = hub
        self.connection = ParticipantConnection(channel: channel)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timeout = context.eventLoop.scheduleTask(in: Self.connectTimeout) {
            let (handler, context) = loopBound.value
            if case .awaitingKey = handler.phase { handler.refuse(context) }
        }
        ping = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.pingInterval, delay: Self.pingInterval) { _ in
            let (handler, context) = loopBound.value
            handler.checkLife(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        ping?.cancel()
        if case .seated(let seat) = phase { hub.lose(seat, connection) }
        phase = .closing
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: context.close(promise: nil)
        case is ChannelShouldQuiesceEvent: close(.goingAway)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        isAlive = true
        framesLeft -= 1
        guard framesLeft > 0 else { return close(.policyViolation) }
        switch frame.opcode {
        case .text: receive(frame.unmaskedData, context)
        case .ping: pong(frame, context)
        case .pong: break
        case .connectionClose: close(.normalClosure)
        default: close(.unacceptableData)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(.protocolError)
    }

    private func receive(_ data: ByteBuffer, _ context: ChannelHandlerContext) {
        guard let command = ParticipantCommand(json: Array(data.readableBytesView)) else {
            return close(.unacceptableData)
        }
        switch (phase, command) {
        case (.awaitingKey, .connect(let serverKey)):
            guard let seat = hub.admit(serverKey, connection) else { return refuse(context) }
            phase = .seated(seat)
        case (.seated(let seat), _): hub.receive(command, from: seat, connection)
        case (.awaitingKey, _): refuse(context)
        case (.closing, _): break
        }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        connection.send(.refused(nil))
        close(.policyViolation)
    }

    private func close(_ code: WebSocketErrorCode) {
        if case .seated(let seat) = phase { hub.lose(seat, connection) }
        phase = .closing
        connection.close(code)
    }

    private func pong(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        let answer = WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    }

    private func checkLife(_ context: ChannelHandlerContext) {
        guard isAlive else { return context.close(promise: nil) }
        isAlive = false
        framesLeft = Self.maximumFrames
        let frame = WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer())
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
