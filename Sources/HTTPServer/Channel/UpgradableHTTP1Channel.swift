internal import HTTPTypes
package import HummingbirdCore
package import Logging
package import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1
internal import NIOWebSocket
internal import Sessions

/// HTTP/1.1 that turns into a WebSocket on the paths of WebSockets, and is Hummingbird's on all others.
package struct UpgradableHTTP1Channel: HTTPChannelHandler {
    package typealias Value = UpgradableValue
    typealias HTTPChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// What a connection has become.
    package struct UpgradableValue: ServerChildChannelValue {
        enum Kind: Sendable {
            case http(HTTPChannel)
            case webSocket
        }

        let kind: EventLoopFuture<Kind>
        package let channel: any Channel
    }

    /// How long a request may take to arrive.
    private static let requestSeconds: Int64 = 20

    package let responder: Responder
    private let sockets: WebSocketRoutes
    private let authorize: AuthorizeFastPath

    init(responder: @escaping Responder, sockets: WebSocketRoutes, authorize: AuthorizeFastPath) {
        self.responder = responder
        self.authorize = authorize
        self.sockets = sockets
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<UpgradableValue> {
        channel.eventLoop.makeCompletedFuture {
            let kind = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                configuration: pipelineConfiguration(logger: logger)
            )
            let upgrade = try channel.pipeline.syncOperations.handler(
                type: NIOTypedHTTPServerUpgradeHandler<UpgradableValue.Kind>.self
            )
            try channel.pipeline.syncOperations.addHandler(
                PlainRequests(canUpgrade: sockets.mayUpgrade),
                position: .before(upgrade)
            )
            return UpgradableValue(
                kind: kind.closing(channel, after: .seconds(Self.requestSeconds)),
                channel: channel
            )
        }
    }

    package func handle(value: UpgradableValue, logger: Logger) async {
        do {
            switch try await value.kind.get() {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .webSocket: try await value.channel.closeFuture.get()
            }
        } catch {
            logger.trace("a connection ended", metadata: ["error": "\(error)"])
        }
    }

    private func pipelineConfiguration(
        logger: Logger
    ) -> NIOUpgradableHTTPServerPipelineConfiguration<UpgradableValue.Kind> {
        let upgrade = NIOTypedHTTPServerUpgradeConfiguration<UpgradableValue.Kind>(
            upgraders: [upgrader],
            notUpgradingCompletionHandler: { [authorize] channel in
                channel.eventLoop.makeCompletedFuture {
                    .http(try Self.serveHTTP(on: channel, authorize: authorize, logger: logger))
                }
            }
        )
        var configuration = NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: upgrade)
        // Hummingbird does these two itself, further down the pipeline. A request that cannot be parsed is answered here:
        // before the first one that can, there is nobody further down.
        configuration.enablePipelining = false
        configuration.enableResponseHeaderValidation = false
        configuration.decoderConfiguration.maxHeaderListSize = 16 * 1024
        configuration.decoderConfiguration.maxHeaderFieldSize = 8 * 1024
        configuration.decoderConfiguration.maxHeaderFieldCount = 64
        return configuration
    }

    private var upgrader: NIOTypedWebSocketServerUpgrader<UpgradableValue.Kind> {
        NIOTypedWebSocketServerUpgrader(
            maxFrameSize: SocketFrame.maximumSize,
            shouldUpgrade: { [sockets] channel, head in
                let isGood = sockets.mayUpgrade(head)
                if !isGood { Self.refuseUpgrade(on: channel, sockets.match(head) == nil ? .forbidden : .badRequest) }
                return channel.eventLoop.makeSucceededFuture(isGood ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { [sockets] channel, head in
                channel.eventLoop.makeCompletedFuture {
                    guard let match = sockets.match(head) else { throw ChannelError.inappropriateOperationForState }
                    let pipeline = channel.pipeline.syncOperations
                    pipeline.removeHandler(
                        context: try pipeline.context(handlerType: PlainRequests.self),
                        promise: nil
                    )
                    let source = sockets.source(of: head, peer: channel.remoteAddress?.ipAddress ?? "")
                    try match.endpoint.configure(channel, origin: match.origin, source: source)
                    return .webSocket
                }
            }
        )
    }

    /// Answers and closes: whoever may not open a WebSocket gets nothing else on this connection.
    private static func refuseUpgrade(on channel: any Channel, _ status: HTTPResponseStatus) {
        let headers = HTTPHeaders([("Content-Length", "0"), ("Connection", "close")])
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil))
            .whenComplete { _ in
                channel.close(promise: nil)
            }
    }

    private static func serveHTTP(
        on channel: any Channel,
        authorize: AuthorizeFastPath,
        logger: Logger
    ) throws -> HTTPChannel {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers(
            IdleStateHandler(allTimeout: AuthorizeChannelHandler.idleTime),
            RequestDeadline<HTTPServerRequestPart>(seconds: requestSeconds),
            AuthorizeChannelHandler(
                fastPath: authorize,
                peer: channel.remoteAddress?.ipAddress ?? "",
                encoder: try pipeline.context(handlerType: HTTPResponseEncoder.self)
            ),
            HTTP1ToHTTPServerCodec(secure: false),
            HTTPConnectionStateHandler(logger: logger)
        )
        return try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: true)
        )
    }
}
