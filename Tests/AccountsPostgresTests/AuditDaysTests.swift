import Accounts
import AccountsPostgres
import AccountsSQL
import Foundation
import TestSupport
import Testing

/// The audit's table has a part for each day.
@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct AuditDaysTests {
    private static let dayLength: Int64 = 86_400_000

    private let server: PostgresServer
    private let address: String
    private let name: String
    /// The beginning of the database's day, in Unix milliseconds.
    private let today: Int64

    init() throws {
        server = try SharedServer.make()
        address = try server.makeDatabase()
        name = String(address.dropFirst("postgresql:///".count).prefix { $0 != "?" })
        today = Int64(Date().timeIntervalSince1970) / 86_400 * Self.dayLength
    }

    private func event(_ detail: String, daysAgo: Int64) -> AuditEvent {
        var generator = SystemRandomNumberGenerator()
        return AuditEvent(
            time: today - daysAgo * Self.dayLength + 1,
            correlationID: CorrelationID(using: &generator),
            action: .authenticate,
            outcome: .granted,
            detail: detail
        )
    }

    private func rows(_ sql: String) throws -> [String] {
        try server.execute(sql, in: name).split(separator: "\n").map(String.init)
    }

    private func day(_ daysAgo: Int64) -> String { PostgresServer.auditDay(today - daysAgo * Self.dayLength) }

    @Test func `each event is in the part of its day, and three days are made before they come`() async throws {
        let store = try server.open(address)
        try await store.append([
            event("now", daysAgo: 0), event("soon", daysAgo: -3), event("before", daysAgo: 1),
            event("far", daysAgo: -4),
        ])
        #expect(
            try rows("SELECT detail || ' ' || tableoid::regclass FROM audit ORDER BY id")
                == ["now \(day(0))", "soon \(day(-3))", "before audit_before", "far audit_rest"]
        )
        #expect(try await store.verifyAudit().isSound)
        // The last of them is one that was not made, and gets its rows.
        try server.execute(
            "ALTER TABLE audit DETACH PARTITION \(day(-3)); INSERT INTO audit SELECT * FROM \(day(-3)); DROP TABLE \(day(-3))",
            in: name
        )
        #expect(try rows("SELECT detail FROM audit_rest ORDER BY id") == ["soon", "far"])
        for _ in 0..<2 { try await store.prepareAuditDays() }
        #expect(try rows("SELECT detail FROM \(day(-3))") == ["soon"])
        #expect(try rows("SELECT detail FROM audit_rest") == ["far"])
        #expect(try await store.verifyAudit().isSound)
        // As after weeks without a server, and all archived.
        let parts = ["audit_before"] + (0...3).map { day(-$0) }
        try server.execute(parts.map { "DROP TABLE \($0)" }.joined(separator: ";"), in: name)
        try await store.prepareAuditDays()
        #expect(try rows("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit'::regclass") == ["5"])
        try await store.append([event("goes on", daysAgo: 0)])
        #expect(try rows("SELECT detail FROM \(day(0))") == ["goes on"])
        try store.close()
    }

    @Test func `old days are dropped; what has to stay of them does, and can be checked`() async throws {
        let store = try server.open(address)
        try await store.append((2...6).reversed().map { event("\($0) days ago", daysAgo: $0) })
        let other = try server.open(address)
        try await other.append([event("another chain", daysAgo: 3)])
        let end = AuditHead(try #require(try await store.auditRows(after: 0, limit: 100).dropLast(2).last))
        await #expect(throws: AccountsError(code: .inUse, message: "")) {
            try await store.dropAuditDays(before: today, upTo: [end])
        }
        _ = try await store.sealAudit(ifOlderThan: 0)
        #expect(try await !store.dropAuditDays(before: today, upTo: [end]))
        try server.splitAudit(of: name)
        #expect(try await store.dropAuditDays(before: today, upTo: [end]))
        let parts = "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit'::regclass"
        #expect(
            Set(try rows(parts))
                == Set(["audit_rest", day(1), day(0), day(-1), day(-2), day(-3)])
        )
        #expect(try rows("SELECT detail FROM audit_rest ORDER BY id") == ["2 days ago", "another chain"])
        #expect(try await store.archivedAudit() == [end])
        let found = try await store.verifyAudit()
        #expect(found.isSound && found.rows == 2)
        // What is archived already may be named again; no day is left to be dropped.
        #expect(try await !store.dropAuditDays(before: today, upTo: [end]))
        try await store.append([event("goes on", daysAgo: 0)])
        #expect(try await store.verifyAudit().isSound)
        for store in [store, other] { try store.close() }
    }

    @Test func `a checkpoint looks where is written, and now and then where was`() async throws {
        let store = try server.open(address)
        try await store.append([event("old", daysAgo: 3)])
        _ = try await store.sealAudit(ifOlderThan: 0)
        try server.splitAudit(of: name)
        let other = try server.open(address)
        try await other.append([event("slow clock", daysAgo: 2)])
        #expect(try await store.sealAudit(ifOlderThan: 0).checkpoint == nil)
        #expect(try await store.verifyAudit().uncovered == 1)
        #expect(try await store.sealAudit(ifOlderThan: 0, isComplete: true).checkpoint?.heads.count == 1)
        #expect(try await store.verifyAudit().uncovered == 0)
        try await other.append([event("right clock", daysAgo: 0)])
        #expect(try await store.sealAudit(ifOlderThan: 0).checkpoint?.heads.count == 1)
        let found = try await store.verifyAudit()
        #expect(found.isSound && found.uncovered == 0)
        let sealed = try #require(try await store.auditRows(after: 0, limit: 1).first)
        try server.execute("DELETE FROM audit WHERE detail = 'old'", in: name)
        #expect(try await store.sealAudit(ifOlderThan: 0).lost == [AuditHead(sealed)])
        #expect(try await !store.verifyAudit().isSound)
        for store in [store, other] { try store.close() }
    }

    @Test func `a table without days becomes their first part, with rows from a clock that was wrong`() async throws {
        let store = try server.open(address)
        try await store.append([event("old", daysAgo: 9), event("now", daysAgo: 0), event("far", daysAgo: -90)])
        _ = try await store.sealAudit(ifOlderThan: 0)
        try store.close()
        try makeOld()
        let updated = try server.open(address)
        #expect(
            try rows("SELECT detail || ' ' || tableoid::regclass FROM audit ORDER BY id")
                == ["old audit_before", "now audit_before", "far audit_rest"]
        )
        #expect(try await updated.verifyAudit().isSound)
        try await updated.append([event("next week", daysAgo: -6), event("later", daysAgo: -7)])
        #expect(
            try rows("SELECT detail || ' ' || tableoid::regclass FROM audit WHERE detail LIKE '%e%' ORDER BY id")
                == ["next week audit_before", "later audit_rest"]
        )
        #expect(try await updated.verifyAudit().isSound)
        try updated.close()
    }

    /// The tables as they were before there were days.
    private func makeOld() throws {
        try server.execute(
            """
            CREATE TABLE old (LIKE audit); INSERT INTO old SELECT * FROM audit; DROP TABLE audit;
            ALTER TABLE old RENAME TO audit; ALTER TABLE audit ADD PRIMARY KEY (id);
            CREATE INDEX audit_by_correlation ON audit (correlation_id);
            CREATE INDEX audit_by_group ON audit (partner_id, time);
            CREATE INDEX audit_by_time ON audit (time);
            DELETE FROM latchkey_migrations WHERE version > 9
            """,
            in: name
        )
    }

    @Test func `nodes of the version before write on while the tables are changed`() async throws {
        let store = try server.open(address)
        try await store.append([event("first", daysAgo: 0)])
        try makeOld()
        // It has the old table's statements prepared.
        let before = try server.open(address, mayUpdate: true)
        try await store.append([event("second", daysAgo: 0)])
        let found = try await before.verifyAudit()
        #expect(found.firstBroken == nil && found.rows == 2)
        for store in [store, before] { try store.close() }
    }
}

extension AuditHead {
    fileprivate init(_ row: AuditRow) { self.init(id: row.id, hash: row.hash) }
}
