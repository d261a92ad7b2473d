package import Accounts
package import NIOCore
internal import NIOWebSocket
internal import WireProtocol

/// A place in the handlers of a channel.
package typealias PipelinePlace = ChannelPipeline.SynchronousOperations.Position

/// What WebSockets on one path are connected to.
package protocol SocketEndpoint: Sendable {
    /// Whether pages of origins other than ours may open one too; then their origin must be checked later.
    var takesForeignPages: Bool { get }

    /// Whether compressed messages are taken where a client offers that (``MessageDeflate``).
    var takesDeflated: Bool { get }

    /// Adds the handlers to a channel that has been upgraded; to be called on the channel's event loop.
    ///
    /// - Parameters:
    ///   - channel: The channel.
    ///   - place: Where in its pipeline.
    ///   - opening: How it was opened.
    /// - Throws: An error of SwiftNIO.
    func configure(_ channel: any Channel, at place: PipelinePlace, _ opening: SocketOpening) throws
}

/// How a WebSocket was opened.
package struct SocketOpening: Sendable {
    /// The page that has opened it; `nil` for programs.
    let origin: Origin?
    /// The address that it comes from.
    let source: String
    /// Whether both ends have agreed on compressed messages.
    let isDeflateAgreed: Bool

    /// Describes an opening.
    package init(origin: Origin?, source: String, isDeflateAgreed: Bool) {
        self.origin = origin
        self.source = source
        self.isDeflateAgreed = isDeflateAgreed
    }
}

/// What applies to the frames of every WebSocket.
package enum SocketFrame {
    /// The most bytes a frame may have; more closes the connection.
    ///
    /// What cannot be compressed grows a little when that is tried.
    package static let maximumSize = DataFrameLimit.bytes + 1024
    /// The most bytes that a compressed text may have: no command has more.
    static let maximumTextSize = 12_288
    /// The most frames a text may be split into.
    static let maximumFragments = 16
}

extension SocketEndpoint {
    package var takesDeflated: Bool { false }

    /// Adds the handlers for a frame handler.
    func add(
        _ frameHandler: any FrameHandler,
        _ connection: ParticipantConnection,
        to channel: any Channel,
        at place: PipelinePlace
    ) throws {
        let aggregator = NIOWebSocketFrameAggregator(
            minNonFinalFragmentSize: 1,
            maxAccumulatedFrameCount: SocketFrame.maximumFragments,
            maxAccumulatedFrameSize: SocketFrame.maximumSize
        )
        let rules = FrameRules(isDeflateAgreed: connection.isDeflateAgreed)
        let handler = SocketHandler(frameHandler, connection, rules)
        try channel.pipeline.syncOperations.addHandlers([rules, aggregator, handler], position: place)
    }
}
