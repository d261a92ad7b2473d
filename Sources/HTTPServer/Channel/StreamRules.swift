internal import Accounts
internal import HTTPCore
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP2
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP2

/// The rules for every request of HTTP/2, beyond what NIO's codec refuses.
///
/// There is no doubt about whom it is for (RFC 9113 section 8.3.1): otherwise it gets 400. And there are not too many at
/// once: one beyond that is refused in a way that lets clients send it again by themselves (section 8.7).
final class StreamRules: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private static let host = HTTPField.Name("Host")

    private var streams: OpenStreams?
    private var isRefused = false

    func handlerAdded(context: ChannelHandlerContext) {
        streams = try? context.channel.parent?.pipeline.syncOperations.handler(type: OpenStreams.self)
        streams?.count += 1
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        streams?.count -= 1
        streams = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let request) = unwrapInboundIn(data) {
            if streams?.isExceeded == true {
                refuseStream(context)
            } else if !Self.hasOneHost(request) {
                refuseRequest(context)
            }
        }
        if !isRefused { context.fireChannelRead(data) }
    }

    private func refuseStream(_ context: ChannelHandlerContext) {
        isRefused = true
        let frames = context.pipeline.syncOperations
        let codec = try? frames.context(handlerType: HTTP2FramePayloadToHTTPServerCodec.self)
        codec?.writeAndFlush(NIOAny(HTTP2Frame.FramePayload.rstStream(.refusedStream)), promise: nil)
    }

    private func refuseRequest(_ context: ChannelHandlerContext) {
        isRefused = true
        var answer = HTTPResponse(status: .badRequest, headerFields: [.contentLength: "0"])
        var generator = SystemRandomNumberGenerator()
        let id = CorrelationID(using: &generator)
        // HTTP/2 is spoken only over TLS here.
        SecurityHeaders.add(to: &answer.headerFields, correlationID: id, isSecure: true)
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Whether `:authority` and `Host` name one host together.
    private static func hasOneHost(_ request: HTTPRequest) -> Bool {
        let hosts = host.map { request.headerFields[values: $0] } ?? []
        guard let host = request.authority ?? hosts.first, !host.isEmpty, RequestRules.isHost(host) else {
            return false
        }
        return hosts.count <= 1 && hosts.allSatisfy { $0 == host }
    }
}
