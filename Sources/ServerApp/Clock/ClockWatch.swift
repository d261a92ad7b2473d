package import Accounts
package import Logging
internal import Metrics
internal import Synchronization
internal import SystemSupport

/// Notices when the machine's clock jumps: what is valid until when is judged by it (`docs/threats.md#replay`).
///
/// It is compared with seconds that nobody can set. While it is further away than the tolerance from where it should be,
/// the server is not ready; after ten quiet minutes the new time is accepted.
package final class ClockWatch: Sendable {
    private struct State {
        /// The clock minus the uptime, as it should be and as it was last, in milliseconds.
        var expected: Int64
        var last: Int64
        var jumpedAt: Int64?
    }

    private static let jump: Int64 = 5000
    private static let tolerance: Int64 = 300_000
    private static let quiet: Int64 = 600_000

    private let time: TimeSource
    private let uptime: @Sendable () -> Int64
    private let logger: Logger
    private let state: Mutex<State>
    private let jumps = Counter(label: "latchkey_clock_jumps_total")

    /// Begins to watch.
    ///
    /// - Parameters:
    ///   - newest: When the newest thing happened that is written down, in Unix milliseconds: a clock that is behind it by more
    ///     than the tolerance was set back meanwhile, or ahead then. `nil` if nothing is written down.
    ///   - time: The clock.
    ///   - uptime: Milliseconds that only grow; those since the machine was started by default.
    ///   - logger: Is told of jumps.
    package init(
        newest: Int64? = nil,
        time: TimeSource,
        uptime: @escaping @Sendable () -> Int64 = ClockWatch.systemUptime,
        logger: Logger
    ) {
        self.time = time
        self.uptime = uptime
        self.logger = logger
        let (now, begun) = (time.milliseconds, uptime())
        let behind = max((newest ?? now) - now, 0)
        guard behind > Self.tolerance else {
            state = Mutex(State(expected: now - begun, last: now - begun))
            return
        }
        state = Mutex(State(expected: now + behind - begun, last: now - begun, jumpedAt: begun))
        jumps.increment()
        logger.warning("the clock is behind what is written down", metadata: ["seconds": "\(behind / 1000)"])
    }

    /// Looks at the clock now.
    ///
    /// - Returns: How many seconds it is away from where it should be; `nil` within the tolerance.
    @discardableResult
    package func look() -> Int64? {
        let now = uptime()
        let offset = time.milliseconds - now
        let (step, isSettled, deviation) = state.withLock { state in
            let step = offset - state.last
            state.last = offset
            if abs(step) >= Self.jump {
                state.jumpedAt = now
            } else {
                // Clocks that are adjusted gradually move the mark along.
                state.expected += step
            }
            let isSettled = state.jumpedAt.map { now - $0 >= Self.quiet } ?? false
            if isSettled { (state.expected, state.jumpedAt) = (offset, nil) }
            return (step, isSettled, offset - state.expected)
        }
        if abs(step) >= Self.jump {
            jumps.increment()
            logger.warning("the clock has jumped", metadata: ["seconds": "\(step / 1000)"])
        }
        if isSettled { logger.notice("the clock has not jumped for ten minutes: it is trusted again") }
        return abs(deviation) > Self.tolerance ? deviation / 1000 : nil
    }

    /// The machine's milliseconds since it was started, those in which it slept too.
    package static let systemUptime: @Sendable () -> Int64 = { Uptime.milliseconds }
}
