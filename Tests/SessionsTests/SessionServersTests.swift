import Accounts
import Sessions
import Testing

/// A server says that another is dead only when it cannot be itself that is cut off.
struct SessionServersTests {
    private let servers = SessionServers(SessionServerRecord(name: "one", url: "ws://one/session", epoch: "1"))
    private let start = ContinuousClock.now

    private func hear(_ seconds: ClosedRange<Int>) {
        for second in seconds { servers.update([], at: start + .seconds(second)) }
    }

    private func mayJudge(_ second: Int) -> Bool {
        servers.mayJudge(silence: 10, at: start + .seconds(second))
    }

    @Test func `only one that was heard of for long enough judges`() {
        #expect(!mayJudge(0))
        hear(0...10)
        #expect(!mayJudge(10))
        hear(11...11)
        #expect(mayJudge(11))
    }

    @Test func `one that waits for the store does not judge meanwhile`() {
        hear(0...20)
        #expect(mayJudge(23))
        #expect(!mayJudge(24))
    }

    @Test func `a gap without an error begins anew too`() {
        hear(0...20)
        hear(28...28)
        #expect(!mayJudge(28))
        hear(29...39)
        #expect(mayJudge(39))
    }

    @Test func `a store that cannot be asked begins anew`() {
        hear(0...20)
        servers.lose()
        #expect(!mayJudge(20))
        hear(21...31)
        #expect(!mayJudge(31))
    }
}
