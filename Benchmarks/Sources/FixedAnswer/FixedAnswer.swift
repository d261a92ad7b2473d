import NIOCore
import NIOHTTP1
import NIOPosix

/// What a server on SwiftNIO takes for a request at least: its codec, and an answer that is always the same.
///
/// Usage: `FixedAnswer PORT BYTES`, the size of the body. Serves on the loopback until it is killed.
@main
struct FixedAnswer {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap(Int.init)
        guard arguments.count == 2 else { fatalError("FixedAnswer PORT BYTES") }
        let body = ByteBuffer(repeating: UInt8(ascii: "x"), count: arguments[1])
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(AnswerHandler(body: body))
                }
            }
            .bind(host: "127.0.0.1", port: arguments[0])
            .get()
        try await server.closeFuture.get()
    }
}

private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let body: ByteBuffer
    private let head: HTTPResponseHead

    init(body: ByteBuffer) {
        self.body = body
        head = HTTPResponseHead(
            version: .http1_1,
            status: .ok,
            headers: ["content-type": "application/json", "content-length": "\(body.readableBytes)"]
        )
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
