internal import NIOCore
internal import NIOHTTP1

/// Lets through requests that are plain HTTP or open a WebSocket, and ends a connection whose peer does not speak HTTP.
///
/// Offers of other protocols are removed from requests, as a server may ignore them (RFC 9110 section 7.8): some
/// clients offer HTTP/2 in every first request of a plain connection, and NIO's upgrade would end the connection.
final class PlainRequests: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// NIO's upgrade takes the first request of a connection only; ``LateUpgrade`` takes others.
    private var isFirst = true
    /// NIO's upgrade has taken over, and passes on what is left in its decoder: bytes, no parts of requests.
    private var isUpgrading = false
    /// What the first request is refused with; what it asked for is removed from it, as NIO's upgrade loses the head of
    /// a request that it does not accept.
    private(set) var refusal: HTTPResponseStatus?
    private let rules: RequestRules

    /// Makes a handler.
    ///
    /// - Parameter rules: They say which request opens a WebSocket; NIO's upgrade must decide in the same way.
    init(rules: RequestRules) {
        self.rules = rules
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What follows an upgrade is not ours to look at, and has another type.
        guard !isUpgrading else { return context.fireChannelRead(data) }
        guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        if isFirst, rules.opensWebSocket(head) {
            isUpgrading = true
            return context.fireChannelRead(data)
        }
        // A later request for a WebSocket is opened or refused further down, and keeps what it says.
        if isFirst || !WebSocketHandshake.isAskedFor(by: head) {
            if isFirst { refusal = rules.refusal(of: head) }
            head.removeOffers()
        }
        isFirst = false
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// Closes the connection: what could not be parsed was already answered with 400.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.fireErrorCaught(error) }
        context.close(promise: nil)
    }
}

extension HTTPRequestHead {
    /// Removes offers of other protocols, and says whether the connection ends after the answer.
    ///
    /// It does after an offer: NIO's decoder reads no further there. And after HTTP/1.0, whose clients wait for it.
    fileprivate mutating func removeOffers() {
        let options = headers[canonicalForm: "Connection"].map { $0.lowercased() }
        guard version == .http1_1, method != .CONNECT, !headers.contains(name: "Upgrade"), !options.contains("close")
        else {
            headers.remove(name: "Upgrade")
            headers.remove(name: "HTTP2-Settings")
            headers.replaceOrAdd(name: "Connection", value: "close")
            return
        }
    }
}
