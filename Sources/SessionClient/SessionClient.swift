internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOWebSocket

/// A participant's connection to a session server, for programs: it sends and receives the JSON texts of the session
/// protocol, one a WebSocket frame.
package struct SessionClient: Sendable {
    private let channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    /// Why a connection could not be made.
    package enum ConnectError: Error {
        /// The URL is not `ws://host:port/path`.
        case unsupportedURL
        /// The server did not agree to WebSocket.
        case notUpgraded
    }

    /// Connects to a `ws:` URL.
    ///
    /// - Throws: ``ConnectError`` or an error of the network.
    package init(url: String) async throws {
        guard let target = Target(url) else { throw ConnectError.unsupportedURL }
        let upgrade = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .connect(host: target.host, port: target.port) { channel in
                channel.eventLoop.makeCompletedFuture { try Self.configure(channel, target) }
            }
        guard let channel = try await upgrade.get() else { throw ConnectError.notUpgraded }
        self.channel = channel
    }

    /// Runs a conversation and closes the connection behind it.
    package func converse<Value: Sendable>(
        _ body: (inout Conversation) async throws -> Value
    ) async throws -> Value {
        try await channel.executeThenClose { inbound, outbound in
            var conversation = Conversation(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&conversation)
        }
    }

    /// What is said on an open connection.
    package struct Conversation {
        private var inbound: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator
        private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

        init(
            inbound: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator,
            outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
        ) {
            self.inbound = inbound
            self.outbound = outbound
        }

        /// Sends one text.
        package func send(_ text: String) async throws {
            let data = ByteBuffer(string: text)
            try await outbound.write(WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: data))
        }

        /// The next text; `nil` when the server has closed the connection.
        package mutating func next() async throws -> String? {
            while let frame = try await inbound.next(isolation: #isolation) {
                switch frame.opcode {
                case .text: return String(buffer: frame.unmaskedData)
                case .connectionClose: return nil
                case .ping:
                    let pong = WebSocketFrame(
                        fin: true,
                        opcode: .pong,
                        maskKey: .random(),
                        data: frame.unmaskedData
                    )
                    try await outbound.write(pong)
                default: break
                }
            }
            return nil
        }
    }

    private struct Target {
        let host: String
        let port: Int
        let path: String

        init?(_ url: String) {
            guard url.hasPrefix("ws://") else { return nil }
            let rest = url.dropFirst(5)
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            let authority = rest[..<slash]
            let colon = authority.lastIndex(of: ":") ?? authority.endIndex
            self.host = String(authority[..<colon])
            self.port = Int(authority[colon...].dropFirst()) ?? 80
            self.path = slash == rest.endIndex ? "/" : String(rest[slash...])
        }
    }

    private typealias Upgraded = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>?

    private static func configure(_ channel: any Channel, _ target: Target) throws -> EventLoopFuture<Upgraded> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Upgraded>(upgradePipelineHandler: { channel, _ in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
        })
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: "\(target.host):\(target.port)")
        headers.add(name: "Content-Length", value: "0")
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target.path, headers: headers)
        let upgrade = NIOTypedHTTPClientUpgradeConfiguration<Upgraded>(
            upgradeRequestHead: head,
            upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in
                channel.close().map { nil }
            }
        )
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: .init(upgradeConfiguration: upgrade)
        )
    }
}
