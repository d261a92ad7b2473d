internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// A connection with limits on what its peer may take: places, memory, time to read answers, time at a stop.
struct BoundedChannel<Base: ServerChildChannel>: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        /// What the connection is; `nil` for one that is refused.
        let base: Base.Value?
        let channel: any Channel
    }

    /// How long a peer may take nothing of what is written.
    static var writeTimeout: TimeAmount { .seconds(30) }
    /// How long connections stay open once the server is told to stop.
    static var stopTimeout: TimeAmount { .seconds(6) }

    let base: Base
    let limits: ConnectionLimits

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let peer = channel.remoteAddress?.ipAddress ?? ""
        guard limits.enter(from: peer) else {
            return channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(RefusedConnection())
                return Value(base: nil, channel: channel)
            }
        }
        channel.closeFuture.whenComplete { [limits] _ in limits.leave(from: peer) }
        return Self.bound(channel)
            .flatMap { base.setup(channel: channel, logger: logger) }
            .map { Value(base: $0, channel: channel) }
    }

    func handle(value: Value, logger: Logger) async {
        guard let value = value.base else { return }
        await base.handle(value: value, logger: logger)
    }

    /// A peer that sends ahead fills no more than one small read before it has to wait.
    private static func bound(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            try channel.syncOptions?
                .setOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 1024, maximum: 16 * 1024)
                )
            try channel.pipeline.syncOperations.addHandlers(
                StopDeadline(after: stopTimeout),
                WriteDeadline(after: writeTimeout)
            )
        }
    }
}

/// Closes a connection as soon as there is one.
private final class RefusedConnection: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    func channelActive(context: ChannelHandlerContext) {
        context.close(promise: nil)
    }
}
