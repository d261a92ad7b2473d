import Accounts
import AccountsSQL
import AccountsSQLite
import Foundation
import GRDB
import LoginKey
import Synchronization
import TestSupport
import Testing

/// What was used up stays so, whatever the machine's clock does (`docs/threats.md#replay`).
@Suite struct StoreClockTests {
    private static let now: Int64 = 1_700_000_000

    private final class Uptime: Sendable {
        private let milliseconds = Mutex<Int64>(0)

        func pass(_ count: Int64) { milliseconds.withLock { $0 += count * 1000 } }
        @Sendable func read() -> Int64 { milliseconds.withLock { $0 } }
    }

    private static func event(_ seconds: Int64) -> AuditEvent {
        var generator = SystemRandomNumberGenerator()
        let id = CorrelationID(using: &generator)
        return AuditEvent(time: seconds * 1000, correlationID: id, action: .administration, outcome: .granted)
    }

    /// Uses a credential up, by a clock that says `seconds`; `false` if it was used up before.
    private static func spend(
        _ identity: UInt8,
        until forgetAt: Int64 = now + 3600,
        at seconds: Int64,
        in store: SQLiteAccountStore
    ) async throws -> Bool {
        let identity = [UInt8](repeating: identity, count: 32)
        let spent = SpentCredential(identity: identity, window: 0, forgetAt: forgetAt)
        let key = AccountReference.username(try Username(parsing: "dana"))
        return try await store.evaluate(on: key, at: seconds) { _ in
            let (yes, no) = (event(seconds), event(seconds))
            return Evaluation(outcome: .init(value: true, event: yes), spend: (spent, .init(value: false, event: no)))
        }
    }

    /// A store whose newest event is of ``now``.
    private static func begin(_ folder: TemporaryFolder) async throws {
        let store = try folder.open()
        try await store.append([event(now)])
        try store.close()
        // As if it had been made before it had a clock.
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { try $0.execute(sql: "UPDATE store SET clock = 0") }
        try queue.close()
    }

    @Test func `two days ahead and back, also over a new start, gives no second use`() async throws {
        let folder = try TemporaryFolder()
        try await Self.begin(folder)
        let uptime = Uptime()
        for round in 0..<2 {
            let store = try folder.open(uptime: uptime.read)
            #expect(try await Self.spend(1, at: Self.now + 5, in: store) == (round == 0))
            uptime.pass(70)
            let ahead = Self.now + 172_800
            #expect(try await Self.spend(UInt8(2 + round), until: ahead + 60, at: ahead, in: store))
            uptime.pass(70)
            #expect(try await Self.spend(1, at: Self.now + 150, in: store) == false)
            try store.close()
        }
    }

    @Test func `what can no longer be good is forgotten when the store has been open for so long`() async throws {
        let folder = try TemporaryFolder()
        try await Self.begin(folder)
        let uptime = Uptime()
        let store = try folder.open(uptime: uptime.read)
        #expect(try await Self.spend(1, at: Self.now, in: store))
        uptime.pass(3700)
        #expect(try await Self.spend(2, at: Self.now + 3700, in: store))
        #expect(try await Self.spend(1, at: Self.now + 3700, in: store))
        try store.close()
    }

    @Test func `changes of rights are forgotten after an hour`() async throws {
        let folder = try TemporaryFolder()
        try await Self.begin(folder)
        let store = try folder.open()
        _ = try await store.write(.rows) { transaction in
            try transaction.execute(
                "INSERT INTO user_changes (user_id, changed_at) VALUES (1, ?), (2, ?)",
                [Self.now - RightsCursor.retention - 1, Self.now - RightsCursor.retention + 1]
            )
        }
        #expect(try await Self.spend(1, at: Self.now, in: store))
        let rest = try await store.read { connection in
            try connection.fetch("SELECT user_id FROM user_changes", []) { $0.integer(0) }
        }
        #expect(rest == [2])
        try store.close()
    }
}
