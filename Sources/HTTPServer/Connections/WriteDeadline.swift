internal import NIOCore

/// Closes a connection, or one of its streams, whose peer takes nothing of what is written for some time.
///
/// A clock runs while something is on its way and restarts whenever a piece has gone out.
final class WriteDeadline: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = NIOAny

    private let timeout: TimeAmount
    private var outstanding = 0
    /// When a piece went out last, or the first was written.
    private var movedAt = NIODeadline.uptimeNanoseconds(0)
    private var isWatched = false

    init(after timeout: TimeAmount) {
        self.timeout = timeout
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if outstanding == 0 { movedAt = context.eventLoop.now }
        outstanding += 1
        let written = promise ?? context.eventLoop.makePromise()
        let eventLoop = context.eventLoop
        written.futureResult.assumeIsolated()
            .whenComplete { [self] _ in
                outstanding -= 1
                movedAt = eventLoop.now
            }
        context.write(data, promise: written)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        if outstanding > 0, !isWatched { watch(context.channel, for: timeout) }
    }

    private func watch(_ channel: any Channel, for time: TimeAmount) {
        isWatched = true
        let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
        channel.eventLoop.scheduleTask(in: time) { bound.value.check(channel) }
    }

    private func check(_ channel: any Channel) {
        isWatched = false
        guard outstanding > 0, channel.isActive else { return }
        let end = movedAt + timeout
        guard end > channel.eventLoop.now else { return channel.close(promise: nil) }
        watch(channel, for: end - channel.eventLoop.now)
    }
}
