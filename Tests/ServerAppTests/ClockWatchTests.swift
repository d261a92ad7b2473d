import Accounts
import Logging
import ServerApp
import Synchronization
import Testing

@Suite struct ClockWatchTests {
    /// Gets messages with what belongs to them.
    private struct LineHandler: LogHandler {
        let take: @Sendable (String) -> Void
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        init(take: @escaping @Sendable (String) -> Void) {
            self.take = take
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            take("\(event.message) \((event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.joined(separator: " "))")
        }
    }

    /// A clock and an uptime that a test sets.
    private final class Machine: Sendable {
        let time = Mutex<Int64>(1_700_000_000_000)
        let uptime = Mutex<Int64>(50_000)
        let lines = Mutex<[String]>([])

        func pass(_ seconds: Int64, clock: Int64? = nil) {
            uptime.withLock { $0 += seconds * 1000 }
            time.withLock { $0 += (clock ?? seconds) * 1000 }
        }

        func watch(newest: Int64? = nil) -> ClockWatch {
            let logger = Logger(label: "test") { _ in
                LineHandler { line in self.lines.withLock { $0.append(line) } }
            }
            return ClockWatch(
                newest: newest,
                time: TimeSource { self.time.withLock { $0 } },
                uptime: { self.uptime.withLock { $0 } },
                logger: logger
            )
        }
    }

    @Test func `a clock that runs is right, also one that is set gently`() {
        let machine = Machine()
        let watch = machine.watch()
        for _ in 0..<1000 {
            machine.pass(5, clock: 7)
            #expect(watch.look() == nil)
        }
        #expect(machine.lines.withLock { $0 }.isEmpty)
    }

    @Test func `two days ahead is logged and makes the server not ready, and back is ready again`() {
        let machine = Machine()
        let watch = machine.watch()
        machine.pass(5, clock: 172_805)
        #expect(watch.look() == 172_800)
        #expect(watch.look() == 172_800)
        machine.pass(5, clock: -172_795)
        #expect(watch.look() == nil)
        let lines = machine.lines.withLock { $0 }
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.contains("the clock has jumped") && $0.contains("seconds=") })
    }

    @Test func `a server that is started with a clock behind what is written down says so, for ten minutes`() {
        let machine = Machine()
        let newest = machine.time.withLock(\.self) + 172_800_000
        let watch = machine.watch(newest: newest)
        #expect(watch.look() == -172_800)
        #expect(machine.lines.withLock(\.self) == ["the clock is behind what is written down seconds=172800"])
        for _ in 0..<119 {
            machine.pass(5)
            #expect(watch.look() == -172_800)
        }
        machine.pass(5)
        #expect(watch.look() == nil)
    }

    @Test func `a clock that is put right after such a start is trusted at once`() {
        let machine = Machine()
        let watch = machine.watch(newest: machine.time.withLock(\.self) + 172_800_000)
        machine.pass(5, clock: 172_805)
        #expect(watch.look() == nil)
    }

    @Test func `events of a moment ago, and of clocks a little ahead, change nothing at the start`() {
        let machine = Machine()
        for seconds: Int64 in [-86_400, 0, 300] {
            let watch = machine.watch(newest: machine.time.withLock(\.self) + seconds * 1000)
            #expect(watch.look() == nil)
        }
        #expect(machine.lines.withLock(\.self).isEmpty)
    }

    @Test func `after ten quiet minutes the new time is taken for right`() {
        let machine = Machine()
        let watch = machine.watch()
        machine.pass(5, clock: -3600)
        #expect(watch.look() == -3605)
        for _ in 0..<119 {
            machine.pass(5)
            #expect(watch.look() == -3605)
        }
        machine.pass(5)
        #expect(watch.look() == nil)
    }
}
