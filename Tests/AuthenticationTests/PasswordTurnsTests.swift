import Synchronization
import Testing

@testable import Authentication

/// Who is next when passwords wait (`docs/threats.md#flood`).
@Suite struct PasswordTurnsTests {
    private final class Done: Sendable {
        let names = Mutex<[String]>([])
    }

    private let done = Done()

    private func add(_ turns: inout PasswordTurns, _ group: String, _ source: String) -> Bool {
        let done = done
        return turns.add({ done.names.withLock { $0.append("\(group) \(source)") } }, group: group, source: source)
    }

    private func work(_ turns: inout PasswordTurns, _ count: Int = .max) -> [String] {
        var left = count
        while left > 0, let work = turns.next() {
            work()
            left -= 1
        }
        return done.names.withLock { $0 }
    }

    @Test func `a source that sends many waits behind itself`() {
        var turns = PasswordTurns()
        for _ in 0..<3 { #expect(add(&turns, "1", "a")) }
        #expect(add(&turns, "1", "b"))
        #expect(work(&turns) == ["1 a", "1 b", "1 a", "1 a"])
    }

    @Test func `a group that many sources flood waits behind itself`() {
        var turns = PasswordTurns()
        for number in 0..<5 { #expect(add(&turns, "1", "a\(number)")) }
        #expect(add(&turns, "2", "b"))
        #expect(add(&turns, "", "c"))
        #expect(work(&turns, 3) == ["1 a0", "2 b", " c"])
        #expect(work(&turns).suffix(4) == ["1 a1", "1 a2", "1 a3", "1 a4"])
    }

    @Test func `too much of one source, of one group and of all is turned away, and nobody else's`() {
        var turns = PasswordTurns()
        for _ in 0..<PasswordTurns.maximumOfSource { #expect(add(&turns, "1", "a")) }
        #expect(!add(&turns, "1", "a"))
        #expect(add(&turns, "2", "a"))
        for number in PasswordTurns.maximumOfSource..<PasswordTurns.maximumOfGroup {
            #expect(add(&turns, "1", "b\(number)"))
        }
        #expect(!add(&turns, "1", "c"))
        #expect(add(&turns, "2", "c"))
        for number in PasswordTurns.maximumOfGroup + 2..<PasswordTurns.maximum {
            #expect(add(&turns, "g\(number)", "a"))
        }
        #expect(!add(&turns, "3", "a"))
        #expect(work(&turns).count == PasswordTurns.maximum)
        #expect(turns.next() == nil)
        #expect(add(&turns, "1", "a"))
    }
}
