internal import NIOCore

/// How many streams of a connection are open: each takes memory until its peer has taken the answer.
///
/// NIO lets a peer open 100 at once, and Hummingbird has no setting for it.
final class OpenStreams: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// The most that are served at once; what comes beyond is answered with 503.
    static let maximum = 32

    /// Those that are open now; counted by ``StreamRules``.
    var count = 0

    /// Whether there are too many.
    var isExceeded: Bool { count > Self.maximum }
}
