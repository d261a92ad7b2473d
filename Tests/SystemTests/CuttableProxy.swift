import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy on a free loopback port: the network between a client and a server, which can be cut.
final class CuttableProxy: Sendable {
    private struct State {
        var isCut = false
        var channels: [any Channel] = []
        var listener: (any Channel)?
    }

    let port: Int
    private let state = Mutex(State())

    init(to target: Int) async throws {
        let port = try await ServerProcess.freePort()
        self.port = port
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { [self] channel in connect(channel, to: target) }
            .bind(host: "127.0.0.1", port: port).get()
        state.withLock { $0.listener = listener }
    }

    /// Closes every connection, and new ones at once until the network is back.
    func cut(_ isCut: Bool) {
        let channels = state.withLock { state in
            state.isCut = isCut
            defer { state.channels.removeAll() }
            return state.channels
        }
        for channel in channels {
            channel.close(promise: nil)
        }
    }

    func stop() async {
        cut(true)
        try? await state.withLock { $0.listener }?.close()
    }

    private func connect(_ channel: any Channel, to target: Int) -> EventLoopFuture<Void> {
        guard state.withLock({ !$0.isCut }) else { return channel.close() }
        return ClientBootstrap(group: channel.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: target)
            .flatMap { [self] other in
                state.withLock { $0.channels += [channel, other] }
                return channel.pipeline.addHandler(Forwarder(to: other))
                    .flatMap { other.pipeline.addHandler(Forwarder(to: channel)) }
                    .flatMap {
                        channel.setOption(.autoRead, value: true).and(other.setOption(.autoRead, value: true))
                            .map { _ in }
                    }
            }
    }

    private final class Forwarder: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        private let other: any Channel

        init(to other: any Channel) {
            self.other = other
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            other.close(promise: nil)
        }
    }
}
