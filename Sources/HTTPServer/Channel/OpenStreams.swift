internal import NIOCore
internal import NIOHTTP2

/// How many streams of a connection are open: each takes memory until its peer has taken the answer.
///
/// NIO lets a peer open 100 at once, and Hummingbird has no setting for it. So a second SETTINGS frame follows the first
/// at once. What a peer opens before it has read that is refused by ``StreamRules``.
final class OpenStreams: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// The most at once: with about 17 KiB each, a peer that takes nothing stays below 256 KiB.
    static let maximum = 12

    /// Those that are open now; counted by ``StreamRules``.
    var count = 0

    /// Whether there are too many.
    var isExceeded: Bool { count > Self.maximum }

    func handlerAdded(context: ChannelHandlerContext) {
        let setting = HTTP2Setting(parameter: .maxConcurrentStreams, value: Self.maximum)
        let frame = HTTP2Frame(streamID: .rootStream, payload: .settings(.settings([setting])))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
