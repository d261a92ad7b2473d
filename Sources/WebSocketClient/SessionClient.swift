internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
package import NIOSSL
internal import NIOWebSocket
internal import Synchronization

/// A participant's connection to a session server, for programs: it sends and receives the JSON texts of the session
/// protocol, one a WebSocket frame.
package struct SessionClient: Sendable {
    private let channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    /// Why a connection could not be made.
    package enum ConnectError: Error {
        /// The URL is not `ws://host:port/path` or `wss://host:port/path`.
        case unsupportedURL
        /// The server did not agree to WebSocket.
        case notUpgraded
        /// The server has said nothing for too long.
        case silent
    }

    /// Connects to a `ws:` or `wss:` URL.
    ///
    /// - Parameters:
    ///   - url: The session server.
    ///   - tls: Whom to trust, for `wss:`.
    /// - Throws: ``ConnectError`` or an error of the network.
    package init(url: String, tls: TLSConfiguration = .makeClientConfiguration()) async throws {
        guard let target = Target(url) else { throw ConnectError.unsupportedURL }
        let context = target.isSecure ? try NIOSSLContext(configuration: tls) : nil
        let upgrade = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .connect(host: target.host, port: target.port) { channel in
                channel.eventLoop.makeCompletedFuture { try Self.configure(channel, target, context) }
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

    /// Sends and receives until either side has had enough, and closes the connection behind it.
    ///
    /// - Parameters:
    ///   - texts: What to send; the connection is closed when it ends.
    ///   - patience: How long the server, which pings every 25 seconds, may be silent.
    ///   - receive: Gets each text.
    /// - Throws: ``ConnectError/silent`` or an error of the network.
    package func run(
        sending texts: AsyncStream<String>,
        patience: Duration = .seconds(60),
        receive: @escaping @Sendable (String) -> Void
    ) async throws {
        let heard = LastHeard()
        try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.receive(inbound, outbound, heard, receive) }
                group.addTask {
                    for await text in texts { try await outbound.write(Self.frame(.text, ByteBuffer(string: text))) }
                }
                group.addTask { try await heard.expire(after: patience) }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// When the server last said anything.
    private final class LastHeard: Sendable {
        let moment = Mutex(ContinuousClock.now)

        /// Waits until the server has been silent for so long, and throws.
        func expire(after patience: Duration) async throws {
            while moment.withLock({ $0 }) + patience > .now {
                try await Task.sleep(for: .seconds(1))
            }
            throw ConnectError.silent
        }
    }

    private static func receive(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>,
        _ heard: LastHeard,
        _ receive: @Sendable (String) -> Void
    ) async throws {
        for try await frame in inbound {
            heard.moment.withLock { $0 = .now }
            switch frame.opcode {
            case .text: receive(String(buffer: frame.unmaskedData))
            case .connectionClose: return
            case .ping: try await outbound.write(Self.frame(.pong, frame.unmaskedData))
            default: break
            }
        }
    }

    private static func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
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
            try await outbound.write(SessionClient.frame(.text, ByteBuffer(string: text)))
        }

        /// The next text; `nil` when the server has closed the connection.
        package mutating func next() async throws -> String? {
            while let frame = try await inbound.next(isolation: #isolation) {
                switch frame.opcode {
                case .text: return String(buffer: frame.unmaskedData)
                case .connectionClose: return nil
                case .ping: try await outbound.write(SessionClient.frame(.pong, frame.unmaskedData))
                default: break
                }
            }
            return nil
        }
    }

    private struct Target {
        let isSecure: Bool
        let host: String
        let port: Int
        let path: String

        init?(_ url: String) {
            guard let scheme = ["ws://", "wss://"].first(where: { url.hasPrefix($0) }) else { return nil }
            self.isSecure = scheme == "wss://"
            let rest = url.dropFirst(scheme.count)
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            let authority = rest[..<slash]
            let colon = authority.lastIndex(of: ":") ?? authority.endIndex
            self.host = String(authority[..<colon])
            self.port = Int(authority[colon...].dropFirst()) ?? (isSecure ? 443 : 80)
            self.path = slash == rest.endIndex ? "/" : String(rest[slash...])
        }
    }

    private typealias Upgraded = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>?

    private static func configure(
        _ channel: any Channel,
        _ target: Target,
        _ context: NIOSSLContext?
    ) throws -> EventLoopFuture<Upgraded> {
        if let context {
            let name = target.host.first?.isNumber == true ? nil : target.host
            let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
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
