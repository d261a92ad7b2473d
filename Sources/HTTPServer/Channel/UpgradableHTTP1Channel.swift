internal import HTTPTypes
package import HummingbirdCore
package import Logging
package import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1

/// HTTP/1.1 that turns into a WebSocket on the paths of WebSockets, and is Hummingbird's on all others.
package struct UpgradableHTTP1Channel: HTTPChannelHandler {
    /// What a connection has become.
    package typealias Value = UpgradableValue
    typealias HTTPChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// What a connection has become.
    package struct UpgradableValue: ServerChildChannelValue {
        enum Kind: Sendable {
            case http(HTTPChannel)
            case webSocket
        }

        let kind: EventLoopFuture<Kind>
        /// The connection.
        package let channel: any Channel
    }

    /// How long a request may take to arrive.
    private static let requestSeconds: Int64 = 20

    /// Who answers requests.
    package let responder: Responder
    private let sockets: WebSocketRoutes
    private let rules: RequestRules
    private let authorize: AuthorizeFastPath

    init(responder: @escaping Responder, sockets: WebSocketRoutes, authorize: AuthorizeFastPath) {
        self.responder = responder
        self.authorize = authorize
        self.sockets = sockets
        self.rules = RequestRules(sockets: sockets)
    }

    /// Adds the handlers of a new connection.
    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<UpgradableValue> {
        channel.eventLoop.makeCompletedFuture {
            let kind = try assemble(channel, webSocket: UpgradableValue.Kind.webSocket) { channel in
                try addHTTPHandlers(to: channel)
                try channel.pipeline.syncOperations.addHandlers(
                    HTTP1ToHTTPServerCodec(secure: false),
                    HTTPConnectionStateHandler(logger: logger)
                )
                return UpgradableValue.Kind.http(
                    try HTTPChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                )
            }
            return UpgradableValue(kind: kind, channel: channel)
        }
    }

    /// Puts a connection's pipeline together, up to where the framework begins.
    ///
    /// - Parameters:
    ///   - channel: The connection; to be called on its event loop.
    ///   - webSocket: What it is when it has become a WebSocket.
    ///   - serveHTTP: Makes it what it is otherwise.
    /// - Returns: What the connection has become, with its first request.
    /// - Throws: An error of SwiftNIO.
    func assemble<Kind: Sendable>(
        _ channel: any Channel,
        webSocket: Kind,
        serveHTTP: @escaping @Sendable (any Channel) throws -> Kind
    ) throws -> EventLoopFuture<Kind> {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(SmallReads())
        let kind = try pipeline.configureUpgradableHTTPServerPipeline(
            configuration: pipelineConfiguration(webSocket, serveHTTP)
        )
        let upgrade = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Kind>.self)
        try pipeline.addHandler(PlainRequests(rules: rules), position: .before(upgrade))
        return kind.closing(channel, after: .seconds(Self.requestSeconds))
    }

    /// Serves a connection until it ends; nobody need wait for that with a WebSocket, and a task takes four kilobytes.
    package func handle(value: UpgradableValue, logger: Logger) async {
        do {
            switch try await value.kind.get() {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .webSocket: break
            }
        } catch {
            logger.trace("a connection ended", metadata: ["error": "\(error)"])
            // It has become nothing: nobody else would close it.
            value.channel.close(promise: nil)
        }
    }

    private func pipelineConfiguration<Kind: Sendable>(
        _ webSocket: Kind,
        _ serveHTTP: @escaping @Sendable (any Channel) throws -> Kind
    ) -> NIOUpgradableHTTPServerPipelineConfiguration<Kind> {
        let upgrade = NIOTypedHTTPServerUpgradeConfiguration<Kind>(
            upgraders: [upgrader(webSocket)],
            notUpgradingCompletionHandler: { channel in
                channel.eventLoop.makeCompletedFuture { try serveHTTP(channel) }
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

    private func upgrader<Kind: Sendable>(_ webSocket: Kind) -> WebSocketUpgrader<Kind> {
        WebSocketUpgrader(
            headers: { [rules, sockets] head in rules.opensWebSocket(head) ? sockets.match(head)?.headers : nil },
            connect: { [sockets] channel, head in
                let pipeline = channel.pipeline.syncOperations
                pipeline.removeHandler(
                    context: try pipeline.context(handlerType: PlainRequests.self),
                    promise: nil
                )
                try sockets.connect(channel, at: .last, for: head)
                return webSocket
            }
        )
    }

    /// Adds our own handlers of plain requests to a pipeline; the framework's come after them.
    func addHTTPHandlers(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers(
            IdleStateHandler(allTimeout: AuthorizeChannelHandler.idleTime),
            RequestDeadline<HTTPServerRequestPart>(seconds: Self.requestSeconds),
            AuthorizeChannelHandler(
                rules: rules,
                lateUpgrade: LateUpgrade(sockets: sockets),
                refusalOfFirst: try pipeline.handler(type: PlainRequests.self).refusal,
                fastPath: authorize,
                peer: channel.remoteAddress?.ipAddress ?? "",
                encoder: try pipeline.context(handlerType: HTTPResponseEncoder.self)
            )
        )
    }
}
