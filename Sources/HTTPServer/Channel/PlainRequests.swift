internal import NIOCore
internal import NIOHTTP1

/// Lets requests through that are plain HTTP or ask for a WebSocket, and ends a connection whose peer speaks no HTTP.
///
/// Offers of other protocols are taken out of requests, as a server may read them over (RFC 9110 section 7.8): some
/// clients offer HTTP/2 in every first request of a plain connection, and NIO's upgrade would end the connection.
final class PlainRequests: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        if head.version.major == 1, head.version.minor == 0 {
            // No answer says that the connection goes on, so that the client waits for its end (RFC 9112 section 9.3).
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            return context.fireChannelRead(wrapInboundOut(.head(head)))
        }
        guard head.headers.contains(name: "Upgrade"),
            !head.headers[canonicalForm: "Upgrade"].contains(where: { $0.lowercased() == "websocket" })
        else { return context.fireChannelRead(data) }
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
