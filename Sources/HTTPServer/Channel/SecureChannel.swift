internal import HummingbirdCore
internal import HummingbirdHTTP2
internal import Logging
internal import NIOCore
internal import NIOHTTP2
internal import NIOHTTPTypes
internal import NIOSSL
internal import NIOTLS

/// TLS, and over it HTTP/2 or HTTP/1.1, whichever the client has chosen.
struct SecureChannel: HTTPChannelHandler {
    struct Value: ServerChildChannelValue {
        enum Kind: Sendable {
            case http1(UpgradableHTTP1Channel.Value)
            case http2(HTTP2Channel.Value)
        }

        let kind: EventLoopFuture<Kind>
        let channel: any Channel
    }

    /// How long a connection of HTTP/2 may say nothing; longer than any long poll.
    private static let silence = TimeAmount.seconds(90)

    private let identity: TLSIdentity
    private let http1: UpgradableHTTP1Channel
    private let http2: HTTP2Channel

    var responder: Responder { http1.responder }

    init(identity: TLSIdentity, http1: UpgradableHTTP1Channel) {
        self.identity = identity
        self.http1 = http1
        let stream = HTTP1Channel.Configuration(additionalChannelHandlers: Self.streamHandlers())
        self.http2 = HTTP2Channel(
            responder: http1.responder,
            configuration: .init(idleTimeout: .seconds(60), streamConfiguration: stream)
        )
    }

    /// What is between a stream of HTTP/2 and the framework.
    static func streamHandlers() -> [any RemovableChannelHandler] {
        [
            StreamRules(),
            RequestDeadline<HTTPRequestPart>(seconds: 20),
            WriteDeadline(after: BoundedChannel<Self>.writeTimeout),
        ]
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Value.Kind> { [http1, http2] result in
                switch result {
                case .negotiated("h2"):
                    channel.eventLoop
                        .makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(ReadDeadline(after: Self.silence))
                        }
                        .flatMap { http2.setup(channel: channel, logger: logger) }
                        .flatMapThrowing { value in
                            try channel.pipeline.syncOperations.addHandler(OpenStreams())
                            return .http2(value)
                        }
                case .negotiated("http/1.1"), .fallback:
                    http1.setup(channel: channel, logger: logger).map { .http1($0) }
                case .negotiated:
                    channel.close()
                        .flatMap {
                            channel.eventLoop.makeFailedFuture(NIOHTTP2Errors.invalidALPNToken())
                        }
                }
            }
            try channel.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: identity.context), negotiation)
            let kind = negotiation.protocolNegotiationResult
            return Value(kind: kind.closing(channel, after: .seconds(20)), channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.kind.get() {
            case .http1(let value): await http1.handle(value: value, logger: logger)
            case .http2(let value): await http2.handle(value: value, logger: logger)
            }
        } catch {
            logger.trace("a connection ended", metadata: ["error": "\(error)"])
            value.channel.close(promise: nil)
        }
    }
}
