internal import ServiceLifecycle

/// Delays a stop until the last connections are closed: nobody else waits for WebSockets.
///
/// ``StopDeadline`` closes what does not close by itself.
package struct LastConnections: Service {
    private static let pause = Duration.milliseconds(20)
    private let limits: ConnectionLimits

    /// - Parameter limits: Counts the connections.
    package init(_ limits: ConnectionLimits) {
        self.limits = limits
    }

    /// Waits for a stop, and then for the connections.
    package func run() async throws {
        try await gracefulShutdown()
        while !limits.isIdle { try await Task.sleep(for: Self.pause) }
    }
}
