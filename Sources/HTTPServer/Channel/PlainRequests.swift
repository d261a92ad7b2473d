internal import NIOCore
internal import NIOHTTP1

/// Lets requests through that are plain HTTP or ask for a WebSocket, and ends a connection whose peer speaks no HTTP.
///
/// Offers of other protocols are taken out of requests, as a server may read them over (RFC 9110 section 7.8): some
/// clients offer HTTP/2 in every first request of a plain connection, and NIO's upgrade would end the connection.
final class PlainRequests: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// NIO's upgrade has the connection, and passes on what is left in its decoder: bytes, no parts of requests.
    private var isUpgrading = false
    private let canUpgrade: (HTTPRequestHead) -> Bool

    /// Makes a handler.
    ///
    /// - Parameter canUpgrade: Whether a request asks for a WebSocket that it may open.
    init(canUpgrade: @escaping (HTTPRequestHead) -> Bool) {
        self.canUpgrade = canUpgrade
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What follows an upgrade has another type: not a byte of it is ours to look at (THREATS 30).
        guard !isUpgrading else { return context.fireChannelRead(data) }
        guard case .head(var head) = unwrapInboundIn(data), head.headers.contains(name: "Upgrade") else {
            return context.fireChannelRead(data)
        }
        if head.headers[canonicalForm: "Upgrade"].contains(where: { $0.lowercased() == "websocket" }) {
            isUpgrading = canUpgrade(head)
            return context.fireChannelRead(data)
        }
        head.headers.remove(name: "Upgrade")
        head.headers.remove(name: "HTTP2-Settings")
        // What is left of the field says whether the connection goes on.
        let options = head.headers[canonicalForm: "Connection"]
            .filter { !["upgrade", "http2-settings"].contains($0.lowercased()) }
        head.headers.remove(name: "Connection")
        if !options.isEmpty { head.headers.add(name: "Connection", value: options.joined(separator: ", ")) }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// Closes the connection: what could not be parsed was answered with 400 already.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.fireErrorCaught(error) }
        context.close(promise: nil)
    }
}
