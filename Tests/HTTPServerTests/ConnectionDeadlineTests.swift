import HTTPCore
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPServer

@Suite struct ConnectionDeadlineTests {
    /// A peer that takes nothing until it is told to.
    private final class SlowPeer: ChannelOutboundHandler {
        typealias OutboundIn = NIOAny
        var promises: [EventLoopPromise<Void>] = []

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            if let promise { promises.append(promise) }
        }

        func takeOne() {
            if !promises.isEmpty { promises.removeFirst().succeed() }
        }

        func handlerRemoved(context: ChannelHandlerContext) {
            for promise in promises { promise.fail(ChannelError.ioOnClosedChannel) }
        }
    }

    private func channel(_ handlers: any ChannelHandler...) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handlers: handlers)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test func `closes a connection whose peer takes nothing of an answer`() throws {
        let channel = try channel(SlowPeer(), WriteDeadline(after: .seconds(30)))
        channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `leaves a peer alone that reads slowly, and one that has read all`() throws {
        let peer = SlowPeer()
        let channel = try channel(peer, WriteDeadline(after: .seconds(30)))
        for _ in 0..<3 { channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil) }
        for _ in 0..<3 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(20))
            #expect(channel.isActive)
            peer.takeOne()
        }
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
    }

    @Test func `closes a connection some time after the server was told to stop`() throws {
        let channel = try channel(StopDeadline(after: .seconds(8)))
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        channel.embeddedEventLoop.advanceTime(by: .seconds(7))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `counts connections by address and IPv6 network, and stops when there is no room`() throws {
        let proxies = try #require(TrustedProxies(["192.0.2.9"]))
        let limits = ConnectionLimits(perSource: 2, total: 6, proxies: proxies, logger: Logger(label: "test"))
        #expect(limits.enter(from: "2001:db8::1") && limits.enter(from: "2001:db8::ffff"))
        #expect(!limits.enter(from: "2001:db8:0:0:5::2"))
        #expect(limits.enter(from: "2001:db8:0:1::2"))
        for _ in 0..<3 { #expect(limits.enter(from: "192.0.2.9")) }
        #expect(!limits.hasRoom())
        limits.leave(from: "2001:db8::1")
        #expect(limits.hasRoom())
        #expect(limits.enter(from: "2001:db8::7"))
    }

    @Test func `a changed limit holds from the next connection on`() throws {
        let proxies = try #require(TrustedProxies([]))
        let limits = ConnectionLimits(perSource: 1, total: 6, proxies: proxies, logger: Logger(label: "test"))
        #expect(limits.enter(from: "192.0.2.1") && !limits.enter(from: "192.0.2.1"))
        limits.change(perSource: 2)
        #expect(limits.enter(from: "192.0.2.1") && !limits.enter(from: "192.0.2.1"))
        limits.change(perSource: 1)
        limits.leave(from: "192.0.2.1")
        #expect(!limits.enter(from: "192.0.2.1"))
    }
}
