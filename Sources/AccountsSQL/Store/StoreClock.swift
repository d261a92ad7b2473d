/// The store's own clock: how far it has come while a process had it open (`docs/threats.md#replay`).
///
/// A jump of the machine's clock does not move it while a process runs. It stands still while no process runs, which keeps
/// records a little longer. It can be ahead only if it was first set while the machine's clock was; purging therefore
/// takes the earliest of this clock and the others that there are.
package struct StoreClock: Sendable {
    private let uptime: @Sendable () -> Int64
    private let base: Int64
    private let openedAt: Int64

    /// Lets the clock go on.
    ///
    /// - Parameters:
    ///   - base: Where it stands, in Unix seconds.
    ///   - uptime: Milliseconds that only grow, and that nobody can set.
    package init(from base: Int64, uptime: @escaping @Sendable () -> Int64) {
        self.uptime = uptime
        self.base = base
        openedAt = uptime()
    }

    /// Where it stands now, in Unix seconds.
    package var seconds: Int64 { base + max(uptime() - openedAt, 0) / 1000 }
}
