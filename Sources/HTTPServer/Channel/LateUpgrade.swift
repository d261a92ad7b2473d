internal import HummingbirdCore
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypesHTTP1
internal import Sessions

/// Turns a connection that has answered requests before into a WebSocket.
///
/// NIO's upgrade looks at the first request of a connection only. Proxies that keep connections to a server open send
/// upgrades on them behind other requests (RFC 9110 section 7.8).
struct LateUpgrade {
    private let sockets: WebSocketRoutes

    init(sockets: WebSocketRoutes) {
        self.sockets = sockets
    }

    /// Answers a request that opens a WebSocket, and replaces HTTP's handlers with the WebSocket's.
    ///
    /// The framework is told that its connection has ended, and stays behind a seal until it has. It must be idle.
    ///
    /// - Parameters:
    ///   - head: The request, which has arrived completely.
    ///   - context: Where `handler` is.
    ///   - handler: The last of our own handlers of HTTP; it is removed as well.
    ///   - events: What has arrived after the request, for the WebSocket.
    func carryOut(
        _ head: HTTPRequestHead,
        _ context: ChannelHandlerContext,
        _ handler: AuthorizeChannelHandler,
        events: [Any]
    ) {
        let channel = context.channel
        WebSocketPipeline.handshake(on: channel, head) { [sockets] in sockets.match($0)?.headers }
            .assumeIsolated()
            .whenComplete { result in
                do {
                    let headers = try result.get()
                    let answer = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
                    context.writeAndFlush(handler.wrapOutboundOut(.head(answer)), promise: nil)
                    try replace(handler, context, head, events)
                } catch {
                    channel.close(promise: nil)
                }
            }
    }

    private func replace(
        _ handler: AuthorizeChannelHandler,
        _ context: ChannelHandlerContext,
        _ head: HTTPRequestHead,
        _ events: [Any]
    ) throws {
        let channel = context.channel
        let pipeline = channel.pipeline.syncOperations
        let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try Self.removeHandlersOfHTTP(from: channel)
        let seal = FrameworkSeal(isUnused: !handler.hasPassed)
        try pipeline.addHandler(seal, position: .after(handler))
        try WebSocketPipeline.addFrameHandlers(to: channel, at: .before(seal))
        try sockets.connect(channel, at: .before(seal), for: head)
        for event in events { context.fireUserInboundEventTriggered(event) }
        pipeline.removeHandler(context: context, promise: nil)
        // What is left in it goes to the WebSocket.
        let isRemoved = channel.eventLoop.makePromise(of: Void.self)
        isRemoved.futureResult.whenSuccess { channel.pipeline.fireChannelReadComplete() }
        pipeline.removeHandler(context: decoder, promise: isRemoved)
        seal.close()
    }

    /// Removes what reads or writes parts of requests, except the decoder; frames and bytes pass from now on.
    private static func removeHandlersOfHTTP(from channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        for context in [
            try pipeline.context(handlerType: HTTPServerProtocolErrorHandler.self),
            try pipeline.context(handlerType: PlainRequests.self),
            try pipeline.context(handlerType: IdleStateHandler.self),
            try pipeline.context(handlerType: RequestDeadline<HTTPServerRequestPart>.self),
            try pipeline.context(handlerType: HTTPResponseEncoder.self),
            try? pipeline.context(handlerType: HTTP1ToHTTPServerCodec.self),
            try? pipeline.context(handlerType: HTTPConnectionStateHandler.self),
        ] {
            if let context { pipeline.removeHandler(context: context, promise: nil) }
        }
    }
}

/// Sits between a WebSocket and what the framework has left after it in the pipeline: only the end of the connection
/// comes through.
private final class FrameworkSeal: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = NIOAny
    typealias OutboundIn = NIOAny

    private var context: ChannelHandlerContext?
    /// The framework will close the whole connection once: it does if it is told of the end before the first request.
    ///
    /// Should the WebSocket's own close come first, the framework's is soon there, and closes.
    private var ignoresClose: Bool

    /// Makes a seal.
    ///
    /// - Parameter isUnused: Whether the framework has had no request.
    init(isUnused: Bool) {
        ignoresClose = isUnused
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Tells the framework that nothing more comes, and goes on reading in its place.
    func close() {
        context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        context?.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func channelReadComplete(context: ChannelHandlerContext) {
        context.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    /// The framework ends its answers by closing its half of the connection.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output: promise?.succeed()
        case .all where ignoresClose:
            ignoresClose = false
            promise?.succeed()
        default: context.close(mode: mode, promise: promise)
        }
    }
}
