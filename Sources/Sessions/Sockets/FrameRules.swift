internal import NIOCore
internal import NIOWebSocket

/// Refuses frames that no client may send.
///
/// Those are unmasked ones, and ones with bits of an extension that was not agreed on
/// (RFC 6455 sections 5.1 and 5.2, RFC 7692 section 6). NIO's decoder lets both through.
final class FrameRules: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    /// A frame that breaks the protocol.
    struct Violation: Error {}

    /// Whether the text or the data whose frames come was compressed by its sender; NIO's aggregator does not keep it.
    private(set) var isDeflated = false
    private let isDeflateAgreed: Bool
    private var isBroken = false

    init(isDeflateAgreed: Bool) {
        self.isDeflateAgreed = isDeflateAgreed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBroken else { return }
        let frame = unwrapInboundIn(data)
        let isFirst = frame.opcode == .text || frame.opcode == .binary
        guard frame.maskKey != nil, !frame.rsv1 || isFirst && isDeflateAgreed, !frame.rsv2, !frame.rsv3 else {
            isBroken = true
            return context.fireErrorCaught(Violation())
        }
        if isFirst { isDeflated = frame.rsv1 }
        context.fireChannelRead(data)
    }
}
