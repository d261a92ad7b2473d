internal import NIOCore
internal import NIOHTTPTypes

/// Closes a connection whose request has not arrived completely some time after its head.
final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let timeout: TimeAmount
    private var closing: Scheduled<Void>?

    init(seconds: Int64) {
        self.timeout = .seconds(seconds)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: schedule(context.channel)
        case .body: break
        case .end: cancel()
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        context.fireChannelInactive()
    }

    private func schedule(_ channel: any Channel) {
        closing = channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
    }

    private func cancel() {
        closing?.cancel()
        closing = nil
    }
}

extension EventLoopFuture {
    /// Closes a channel unless the future is completed in time: nobody may hold a connection without saying anything.
    func closing(_ channel: any Channel, after timeout: TimeAmount) -> EventLoopFuture {
        let closing = eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
        whenComplete { _ in closing.cancel() }
        return self
    }
}
