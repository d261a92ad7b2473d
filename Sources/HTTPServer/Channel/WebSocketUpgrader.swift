internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket
internal import Sessions

/// Turns HTTP/1.1 into a WebSocket with the first request of a connection; ``LateUpgrade`` does with later ones.
struct WebSocketUpgrader<Kind: Sendable>: NIOTypedHTTPServerProtocolUpgrader {
    let supportedProtocol = "websocket"
    /// Not all clients name their headers of a WebSocket in `Connection`; NIO's handshake looks at them.
    let requiredUpgradeHeaders: [String] = []
    /// What the answer says beyond what every handshake's does; `nil` refuses.
    let headers: @Sendable (HTTPRequestHead) -> HTTPHeaders?
    /// Connects the upgraded channel.
    let connect: @Sendable (any Channel, HTTPRequestHead) throws -> Kind

    func buildUpgradeResponse(
        channel: any Channel,
        upgradeRequest: HTTPRequestHead,
        initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        WebSocketPipeline.handshake(on: channel, upgradeRequest, headers: headers)
    }

    func upgrade(channel: any Channel, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Kind> {
        channel.eventLoop.makeCompletedFuture {
            try WebSocketPipeline.addFrameHandlers(to: channel, at: .last)
            return try connect(channel, upgradeRequest)
        }
    }
}

/// What both ways of turning a channel into a WebSocket have in common.
enum WebSocketPipeline {
    /// The headers of the answer to a request that opens a WebSocket; fails if it does not.
    static func handshake(
        on channel: any Channel,
        _ head: HTTPRequestHead,
        headers: @escaping @Sendable (HTTPRequestHead) -> HTTPHeaders?
    ) -> EventLoopFuture<HTTPHeaders> {
        NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, head in channel.eventLoop.makeSucceededFuture(headers(head)) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        .buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: HTTPHeaders())
    }

    /// Adds what turns bytes into frames and back; whoever takes the frames answers the decoder's errors too.
    static func addFrameHandlers(to channel: any Channel, at place: PipelinePlace) throws {
        try channel.pipeline.syncOperations.addHandlers(
            FrameEncoder(),
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: SocketFrame.maximumSize)),
            position: place
        )
    }
}
