package import NIOCore
internal import NIOWebSocket

/// Puts the session protocol on a channel that has been upgraded to WebSocket.
package struct SessionSocket: Sendable {
    /// The most bytes a frame may have; more closes the connection.
    package static let maximumFrameSize = 64 * 1024

    private let hub: SessionHub

    package init(hub: SessionHub) {
        self.hub = hub
    }

    /// Adds the handlers; to be called on the channel's event loop.
    package func configure(_ channel: any Channel) throws {
        let aggregator = NIOWebSocketFrameAggregator(
            minNonFinalFragmentSize: 1,
            maxAccumulatedFrameCount: 16,
            maxAccumulatedFrameSize: Self.maximumFrameSize
        )
        try channel.pipeline.syncOperations.addHandlers(aggregator, SessionSocketHandler(hub: hub, channel: channel))
    }
}
