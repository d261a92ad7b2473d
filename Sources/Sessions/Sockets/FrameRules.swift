internal import NIOCore
internal import NIOWebSocket

/// Refuses frames that no client may send.
///
/// Those are unmasked ones, and ones with bits of an extension that was not agreed on
/// (RFC 6455 sections 5.1 and 5.2). NIO's decoder lets both through.
final class FrameRules: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    /// A frame that breaks the protocol.
    struct Violation: Error {}

    private var isBroken = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBroken else { return }
        let frame = unwrapInboundIn(data)
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            isBroken = true
            return context.fireErrorCaught(Violation())
        }
        context.fireChannelRead(data)
    }
}
