import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

@testable import HTTPServer

/// The pipeline of a connection of HTTP/2 behind its TLS, in memory and on one thread.
///
/// In place of the framework stands a handler that answers every request.
enum AssembledStreams {
    /// A frame that was sent to the peer.
    struct Frame: Equatable {
        let kind: UInt8
        let stream: UInt32
        let payload: [UInt8]
    }

    /// A new connection.
    static func connect() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ReadDeadline(after: .seconds(90)))
        _ = try pipeline.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: .init(),
            streamConfiguration: .init(),
            streamDelegate: nil
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let handlers = stream.pipeline.syncOperations
                try handlers.addHandler(HTTP2FramePayloadToHTTPServerCodec())
                try handlers.addHandlers(SecureChannel.streamHandlers())
                try handlers.addHandler(AnsweringStream())
            }
        }
        try pipeline.addHandler(OpenStreams())
        return channel
    }

    /// Writes pieces on a new connection, as a peer would, and returns what it is sent.
    static func exchange(_ pieces: [[UInt8]]) throws -> [Frame] {
        let channel = try connect()
        for piece in pieces {
            _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
            channel.embeddedEventLoop.run()
        }
        var sent: [UInt8] = []
        while case .byteBuffer(let buffer)? = try channel.readOutbound(as: IOData.self) {
            sent += buffer.readableBytesView
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return frames(sent[...])
    }

    private static func frames(_ bytes: ArraySlice<UInt8>) -> [Frame] {
        var (rest, frames) = (bytes, [Frame]())
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = head[..<3].reduce(0) { $0 << 8 | Int($1) }
            let stream = head[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            frames.append(Frame(kind: head[3], stream: stream, payload: Array(rest.dropFirst(9).prefix(length))))
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }
}

/// Answers every request with 200 when it has arrived.
private final class AnsweringStream: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        context.write(wrapOutboundOut(.head(HTTPResponse(status: .ok))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
