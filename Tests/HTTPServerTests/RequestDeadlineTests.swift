import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPServer

@Suite struct RequestDeadlineTests {
    private let head = HTTPServerRequestPart.head(HTTPRequestHead(version: .http1_1, method: .POST, uri: "/"))
    private let body = HTTPServerRequestPart.body(ByteBuffer(string: "x"))
    private let end = HTTPServerRequestPart.end(nil)

    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: RequestDeadline<HTTPServerRequestPart>(seconds: 20))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    /// Parts that arrive in one piece.
    private func receive(_ channel: EmbeddedChannel, _ parts: HTTPServerRequestPart...) {
        for part in parts {
            channel.pipeline.fireChannelRead(part)
        }
        channel.pipeline.fireChannelReadComplete()
    }

    @Test func `closes a connection whose request has not arrived in time, however often a piece of it comes`() throws {
        let channel = try channel()
        receive(channel, head)
        channel.embeddedEventLoop.advanceTime(by: .seconds(19))
        receive(channel, body)
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `leaves a connection alone whose requests arrive whole, or in time`() throws {
        let channel = try channel()
        receive(channel, head, body, end)
        channel.embeddedEventLoop.advanceTime(by: .seconds(30))
        receive(channel, head, body)
        channel.embeddedEventLoop.advanceTime(by: .seconds(19))
        receive(channel, end)
        channel.embeddedEventLoop.advanceTime(by: .seconds(30))
        #expect(channel.isActive)
    }

    @Test func `counts from the head of the request that is late`() throws {
        let channel = try channel()
        receive(channel, head, end, head)
        channel.embeddedEventLoop.advanceTime(by: .seconds(10))
        receive(channel, end, head)
        channel.embeddedEventLoop.advanceTime(by: .seconds(19))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }
}
