import Accounts
import AccountsSQL
import AccountsSQLite
import Foundation
import GRDB
import LoginKey
import Synchronization
import TestSupport
import Testing
import WireProtocol

/// What is over goes, so that the store's size does not depend on how many sign-ins there ever were.
@Suite struct StoreGrowthTests {
    /// How many sign-ins; `script/campaign store` sets more.
    private static let count = Int(ProcessInfo.processInfo.environment["LATCHKEY_SIGN_INS"] ?? "") ?? 12_000
    private static let rounds = 60
    /// Each round is as long; sessions are remembered for 20 of them.
    private static let roundSeconds: Int64 = 20 * 86_400
    private static let now: Int64 = 1_700_000_000

    private final class Uptime: Sendable {
        private let milliseconds = Mutex<Int64>(0)

        func pass(_ seconds: Int64) { milliseconds.withLock { $0 += seconds * 1000 } }
        @Sendable func read() -> Int64 { milliseconds.withLock { $0 } }
    }

    private static func event(_ seconds: Int64) -> AuditEvent {
        var generator = SystemRandomNumberGenerator()
        let id = CorrelationID(using: &generator)
        return AuditEvent(time: seconds * 1000, correlationID: id, action: .authenticate, outcome: .granted)
    }

    private static func identity(_ number: Int) -> [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 8))) }
    }

    private static func signIn(_ number: Int, at seconds: Int64, in store: SQLiteAccountStore) async throws {
        let spent = SpentCredential(identity: identity(number), window: 0, forgetAt: seconds + 7200)
        let isGood = try await store.evaluate(on: .username(try Username(parsing: "dana")), at: seconds) { _ in
            let (yes, no) = (event(seconds), event(seconds))
            return Evaluation(outcome: .init(value: true, event: yes), spend: (spent, .init(value: false, event: no)))
        }
        #expect(isGood)
        guard number.isMultiple(of: 10) else { return }
        var session = SessionRecord(
            id: String(number),
            partnerID: try PartnerID(parsing: "12345"),
            key: try #require(SessionKey("k\(number)")),
            isKeyless: true,
            kind: .cobrowse,
            owner: .visitor,
            status: .settingUp,
            server: "main",
            createdAt: seconds,
            correlationID: event(seconds).correlationID
        )
        try await store.createSession(session, recording: event(seconds))
        session.status = .completed
        session.endedAt = seconds
        try await store.updateSession(session, recording: event(seconds))
    }

    /// Removes the rows of the audit that are older than two rounds, as `audit archive` does once it has written them.
    private static func archive(_ store: SQLiteAccountStore, before seconds: Int64) async throws {
        _ = try await store.sealAudit(ifOlderThan: 0)
        let first = try await store.archivedAudit().first?.id ?? 0
        var (last, end) = (first, AuditHead?.none)
        while case let rows = try await store.auditRows(after: last, limit: 2000), let newest = rows.last {
            let old = rows.prefix { $0.event.time < seconds * 1000 }
            end = old.last.map { AuditHead(id: $0.id, hash: $0.hash) } ?? end
            guard old.count == rows.count else { break }
            last = newest.id
        }
        if let end { try await store.removeAuditRows(upTo: end, recording: event(seconds)) }
    }

    @Test func `the store does not grow with sign-ins that are over`() async throws {
        let folder = try TemporaryFolder()
        let uptime = Uptime()
        let store = try folder.open(uptime: uptime.read)
        let group = Group(partnerID: try PartnerID(parsing: "12345"), name: "Growth")
        try await store.createGroup(group, recording: Self.event(Self.now))
        let reader = try DatabaseQueue(path: folder.database)
        var (pages, rows): ([Int], [Int]) = ([], [])
        for round in 0..<Self.rounds {
            let seconds = Self.now + Int64(round) * Self.roundSeconds
            let numbers = Self.count / Self.rounds * round..<Self.count / Self.rounds * (round + 1)
            for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 500) {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for number in start..<min(start + 500, numbers.upperBound) {
                        tasks.addTask { try await Self.signIn(number, at: seconds, in: store) }
                    }
                    try await tasks.waitForAll()
                }
            }
            try await Self.archive(store, before: seconds - Self.roundSeconds)
            uptime.pass(Self.roundSeconds)
            let tables = ["spent_keys", "launches", "sessions", "audit"]
            let counts = try await reader.read { database in
                try tables.map { try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") ?? 0 }
            }
            rows.append(counts.reduce(0, +))
            pages.append(try await reader.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 })
            if Self.count > 12_000 || round == Self.rounds - 1 {
                print(
                    "sign-ins \(numbers.upperBound): \(pages[round] * 4096) bytes; rows \(zip(tables, counts).map { "\($0) \($1)" })"
                )
            }
        }
        #expect(rows[Self.rounds - 1] <= rows[Self.rounds / 2] * 101 / 100, "\(rows)")
        #expect(pages[Self.rounds - 1] <= pages[Self.rounds / 2] * 105 / 100, "\(pages)")
        #expect(try await store.verifyAudit().firstBroken == nil)
        try reader.close()
        try store.close()
    }
}
