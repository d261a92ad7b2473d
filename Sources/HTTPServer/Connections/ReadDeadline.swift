internal import NIOCore

/// Closes a connection that nothing has come from for some time, whatever is open on it.
///
/// For HTTP/2: a peer who takes nothing, says nothing and does not answer a goodbye would stay for ever otherwise.
final class ReadDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let timeout: TimeAmount
    private var readAt = NIODeadline.uptimeNanoseconds(0)
    private var closing: Scheduled<Void>?

    init(after timeout: TimeAmount) {
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        readAt = context.eventLoop.now
        watch(context.channel, for: timeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closing?.cancel()
        closing = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        readAt = context.eventLoop.now
        context.fireChannelRead(data)
    }

    private func watch(_ channel: any Channel, for time: TimeAmount) {
        let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
        closing = channel.eventLoop.scheduleTask(in: time) { bound.value.check(channel) }
    }

    private func check(_ channel: any Channel) {
        let end = readAt + timeout
        guard end > channel.eventLoop.now else { return channel.close(promise: nil) }
        watch(channel, for: end - channel.eventLoop.now)
    }
}
