import Accounts
import AccountsTesting
import Foundation
import GRDB
import LoginKey
import TestSupport
import Testing

@testable import AccountsSQL
@testable import AccountsSQLite

extension TemporaryFolder {
    var database: String { path + "/latchkey.sqlite" }

    func open(_ key: UInt8 = 1, sync: (@Sendable () throws -> Void)? = nil) throws -> SQLiteAccountStore {
        try SQLiteAccountStore(
            path: database,
            masterKey: MasterKey(bytes: [UInt8](repeating: key, count: 32)),
            sync: sync
        )
    }

    func open(uptime: @escaping @Sendable () -> Int64) throws -> SQLiteAccountStore {
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        return try SQLiteAccountStore(path: database, masterKey: masterKey, uptime: uptime)
    }
}

/// A disk that can be held up, and can fail.
private final class SlowDisk: @unchecked Sendable {
    // Everything is read and written under the condition's lock.
    private let condition = NSCondition()
    private var isHeld = false
    private var fails = false
    private var syncCount = 0
    private var toldCount = 0
    private let (askedStream, asked) = AsyncStream<Void>.makeStream()

    /// Holds up all syncs until they are let go on.
    func hold(_ isHeld: Bool) {
        condition.withLock {
            self.isHeld = isHeld
            condition.broadcast()
        }
    }

    func fail(_ fails: Bool) { condition.withLock { self.fails = fails } }

    var syncs: Int { condition.withLock { syncCount } }

    /// How many callers have heard from the store.
    var told: Int { condition.withLock { toldCount } }

    func tell() { condition.withLock { toldCount += 1 } }

    /// Returns once a sync has begun.
    func waitForSync() async {
        for await _ in askedStream { return }
    }

    @Sendable func sync() throws {
        asked.yield()
        try condition.withLock {
            while isHeld { condition.wait() }
            syncCount += 1
            if fails { throw CocoaError(.fileWriteUnknown) }
        }
    }
}

@Suite struct SQLiteAccountStoreTests {
    static let now: Int64 = 1_700_000_000

    @Test(arguments: AccountStoreCheck.all)
    func `keeps the promises of a store`(_ check: AccountStoreCheck) async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        try await check.run(store)
        try store.close()
        // A command closes what it has opened once more at its end.
        try store.close()
    }

    @Test func `two processes see each other's changes and spend a key once`() async throws {
        let folder = try TemporaryFolder()
        let stores = [try folder.open(), try folder.open()]
        let partnerID = try PartnerID(parsing: "12345")
        let key = AccountReference.partner(partnerID, try PartnerUserID(parsing: "joe"))
        try await stores[0].createGroup(Group(partnerID: partnerID, name: "x"), recording: Self.event)
        #expect(try await stores[1].snapshot(of: key, at: Self.now) != nil)
        var group = Group(partnerID: partnerID, name: "y")
        group.usePolicy = .once
        try await stores[1].updateGroup(group, recording: Self.event)
        #expect(try await stores[0].snapshot(of: key, at: Self.now)?.group.usePolicy == .once)

        let grants = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for index in 0..<1000 {
                tasks.addTask { try await Self.spend(key, in: stores[index % 2]) }
            }
            return try await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(grants == 1)
        let firstBroken = try await stores[0].verifyAudit().firstBroken
        #expect(firstBroken == nil)
    }

    @Test func `holds no secret in the clear`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        let partnerID = try PartnerID(parsing: "12345")
        let secret = "find-me-if-you-can-0123456789"
        try await store.createGroup(Group(partnerID: partnerID, name: "x"), recording: Self.event)
        let apiKey = try APIKey(text: secret)
        _ = try await store.addAPIKey(apiKey, label: "", to: partnerID, at: Self.now, recording: Self.event)
        let organization = SalesforceOrganization(
            id: "00D000000000001AAA",
            partnerID: partnerID,
            userField: .userID,
            consumerSecret: secret
        )
        try await store.saveOrganization(organization, recording: Self.event)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let data = try Data(contentsOf: URL(filePath: folder.path + "/" + file))
            #expect(data.range(of: Data(secret.utf8)) == nil, "\(file)")
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.database)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        try store.close()
    }

    @Test func `does not open a secret that was moved to another group's row, or under another master key`()
        async throws
    {
        let folder = try TemporaryFolder()
        var store = try folder.open()
        try await addTwoGroups(to: store)
        try store.close()

        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { database in
            try database.execute(
                sql: """
                    CREATE TEMP TABLE swapped AS SELECT id, sealed FROM api_keys;
                    UPDATE api_keys SET sealed = (SELECT sealed FROM swapped WHERE swapped.id <> api_keys.id);
                    """
            )
        }
        try queue.close()
        store = try folder.open()
        for group in ["12345", "54321"] {
            await #expect(throws: AccountsError(code: .unreadableSecret, message: "")) {
                try await store.apiKeys(of: PartnerID(parsing: group))
            }
        }
        try store.close()
        store = try folder.open(2)
        await #expect(throws: AccountsError(code: .unreadableSecret, message: "")) {
            try await store.apiKeys(of: PartnerID(parsing: "12345"))
        }
        try store.close()
    }

    @Test func `a secret that does not open fails its own group alone, also in a batch with others`() async throws {
        let folder = try TemporaryFolder()
        let disk = SlowDisk()
        let before = try folder.open()
        try await addTwoGroups(to: before)
        try before.close()
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { try $0.execute(sql: "UPDATE api_keys SET sealed = zeroblob(60) WHERE id = 1") }
        try queue.close()

        let store = try folder.open(sync: disk.sync)
        let (broken, sound) = (try PartnerID(parsing: "12345"), try PartnerID(parsing: "54321"))
        let nobody = try PartnerUserID(parsing: "nobody")
        // While the disk is held up, all of them come into one batch.
        disk.hold(true)
        let first = Task { try await store.append([Self.event]) }
        await disk.waitForSync()
        let evaluations = (0..<8).map { $0.isMultiple(of: 2) ? broken : sound }
            .map { partnerID in
                Task {
                    try await store.evaluate(on: .partner(partnerID, nobody), at: Self.now) { snapshot in
                        Evaluation(outcome: Evaluation.Outcome(value: snapshot != nil, event: Self.event))
                    }
                }
            }
        for _ in 0..<1000 {
            await Task.yield()
        }
        disk.hold(false)
        try await first.value
        for (index, evaluation) in evaluations.enumerated() {
            let outcome = await evaluation.result
            if index.isMultiple(of: 2) {
                #expect(throws: AccountsError(code: .unreadableSecret, message: "")) { try outcome.get() }
            } else {
                #expect(try outcome.get())
            }
        }
        await #expect(throws: AccountsError(code: .unreadableSecret, message: "")) {
            _ = try await store.snapshot(of: AccountReference.partner(broken, nobody), at: Self.now)
        }
        try store.close()
    }

    @Test(arguments: [
        "UPDATE audit SET detail = 'x' WHERE id = 3", "UPDATE audit SET time = time + 1 WHERE id = 3",
        "UPDATE audit SET hash = zeroblob(32) WHERE id = 3", "DELETE FROM audit WHERE id = 2",
        "UPDATE audit SET outcome = 'refused' WHERE id = 3",
    ])
    func `names the audit row that was tampered with`(_ sql: String) async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        try await store.append((0..<5).map { _ in Self.event })
        try store.close()
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { try $0.execute(sql: sql) }
        try queue.close()
        let reopened = try folder.open()
        #expect(try await reopened.verifyAudit().firstBroken == 3)
        try reopened.close()
    }

    /// Each of them leaves a chain whose hashes fit.
    @Test(
        arguments: [
            ("DELETE FROM audit WHERE id = 5", missing: 5, checkpoint: nil),
            ("DELETE FROM audit", missing: 5, checkpoint: nil),
            ("DELETE FROM audit_checkpoints WHERE number = 2", missing: nil, checkpoint: 3),
            ("UPDATE audit_checkpoints SET time = time + 1 WHERE number = 5", missing: nil, checkpoint: 5),
        ] as [(String, missing: Int64?, checkpoint: Int64?)]
    )
    func `a cut-off end and a changed checkpoint are found`(_ sql: String, missing: Int64?, checkpoint: Int64?)
        async throws
    {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        for _ in 0..<5 {
            try await store.append([Self.event])
            #expect(try await store.sealAudit(ifOlderThan: 0).checkpoint != nil)
        }
        #expect(try await store.verifyAudit().isSound)
        try store.close()
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { try $0.execute(sql: sql) }
        try queue.close()
        let reopened = try folder.open()
        let found = try await reopened.verifyAudit()
        #expect(found.firstBroken == nil && found.missing?.id == missing && found.firstBrokenCheckpoint == checkpoint)
        #expect(!found.isSound)
        try reopened.close()
    }

    @Test func `a chain whose hashes were all computed anew is found`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        try await store.append((0..<5).map { _ in Self.event })
        #expect(try await store.sealAudit(ifOlderThan: 0).checkpoint != nil)
        let rows = try await store.auditRows(after: 0, limit: 10)
        try store.close()
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { database in
            var chain = AuditChain()
            for row in rows {
                var event = row.event
                if row.id == 3 { event.detail = "reworded" }
                try database.execute(
                    sql: "UPDATE audit SET detail = ?, hash = ? WHERE id = ?",
                    arguments: [event.detail, Data(chain.append(event)), row.id]
                )
            }
        }
        try queue.close()
        let reopened = try folder.open()
        let found = try await reopened.verifyAudit()
        #expect(found.firstBroken == nil && found.missing?.id == 5 && !found.isSound)
        #expect(try await reopened.sealAudit(ifOlderThan: 0).lost.map(\.id) == [5])
        try reopened.close()
    }

    @Test func `looks a user up by an index, never by reading the table`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        try store.close()
        let queue = try DatabaseQueue(path: folder.database)
        for condition in [
            "partner_id = '1' AND partner_user_id = 'x'", "username = 'x'", "id = 1 AND partner_id = '1'",
        ] {
            let plan = try await queue.read { database in
                try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN SELECT * FROM users WHERE \(condition)")
                    .map { $0["detail"] as String }
            }
            #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)")
        }
        let condition = UserFilterSQL(
            .text(.email, .equals, "Mia@x.example"),
            in: try PartnerID(parsing: "1"),
            for: .sqlite
        )
        let plan = try await queue.read { database in
            try Row.fetchAll(
                database,
                sql: "EXPLAIN QUERY PLAN SELECT * FROM users WHERE \(condition.text) AND id > 0 ORDER BY id LIMIT 2",
                arguments: ["1", "mia@x.example"]
            )
            .map { $0["detail"] as String }
        }
        #expect(plan.first?.contains("users_by_email (partner_id=? AND <expr>=?") == true, "\(plan)")
        try queue.close()
    }

    @Test func `tells nobody of a change before it is on the disk, neither who made it nor who reads it`() async throws
    {
        let folder = try TemporaryFolder()
        let disk = SlowDisk()
        let store = try folder.open(sync: disk.sync)
        let partnerID = try PartnerID(parsing: "12345")
        try await store.createGroup(Group(partnerID: partnerID, name: "x"), recording: Self.event)
        await disk.waitForSync()
        let syncsBefore = disk.syncs
        disk.hold(true)
        try await withThrowingTaskGroup { tasks in
            for _ in 0..<20 {
                tasks.addTask {
                    try await store.append([Self.event])
                    disk.tell()
                }
            }
            await disk.waitForSync()
            tasks.addTask {
                _ = try await store.auditEvents(AuditFilter())
                disk.tell()
            }
            // The transaction is there for another process to see. Whoever were told by now would have said so meanwhile.
            let other = try DatabaseQueue(path: folder.database)
            for _ in 0..<200 {
                let count = try await other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM audit") }
                #expect(count != 1)
                await Task.yield()
            }
            #expect(disk.told == 0)
            disk.hold(false)
            try await tasks.waitForAll()
        }
        #expect(disk.told == 21)
        #expect(disk.syncs > syncsBefore)
        let syncs = disk.syncs
        _ = try await store.snapshot(of: .partner(partnerID, try PartnerUserID(parsing: "joe")), at: Self.now)
        #expect(disk.syncs == syncs, "a look-up needs no sync")
        try store.close()
    }

    @Test func `opens a database through a link, and syncs the log beside the file itself`() async throws {
        let folder = try TemporaryFolder()
        try folder.open().close()
        let link = folder.path + "/link.sqlite"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.database)
        let store = try SQLiteAccountStore(path: link, masterKey: MasterKey(bytes: [UInt8](repeating: 1, count: 32)))
        try await store.append([Self.event])
        #expect(try await store.verifyAudit().rows == 1)
        try store.close()
    }

    @Test func `answers nothing more after a sync has failed`() async throws {
        let folder = try TemporaryFolder()
        let disk = SlowDisk()
        let store = try folder.open(sync: disk.sync)
        try await store.append([Self.event])
        disk.fail(true)
        await #expect(throws: AccountsError(code: .storeUnavailable, message: "")) {
            try await store.append([Self.event])
        }
        disk.fail(false)
        await #expect(throws: AccountsError(code: .storeUnavailable, message: "")) {
            try await store.append([Self.event])
        }
        await #expect(throws: AccountsError(code: .storeUnavailable, message: "")) {
            try await store.checkReadiness()
        }
        await #expect(throws: AccountsError(code: .storeUnavailable, message: "")) {
            try await store.groups()
        }
        try store.close()
        let reopened = try folder.open()
        try await reopened.append([Self.event])
        #expect(try await reopened.verifyAudit().firstBroken == nil)
        try reopened.close()
    }

    @Test func `when the disk is full it says so, changes nothing, and goes on afterwards`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.open()
        let partnerID = try PartnerID(parsing: "12345")
        try await store.createGroup(Group(partnerID: partnerID, name: "x"), recording: Self.event)
        try await store.limitPages(true)
        var event = Self.event
        event.detail = String(repeating: "x", count: 100_000)
        let large = event
        await #expect(throws: AccountsError(code: .storeUnavailable, message: "")) {
            for _ in 0..<100 {
                try await store.append([large])
            }
        }
        try await store.limitPages(false)
        try await store.append([Self.event])
        let audit = try await store.verifyAudit()
        #expect(audit.rows >= 2)
        #expect(audit.firstBroken == nil)
        try store.close()
    }

    /// The groups 12345 and 54321, each with an API key.
    private func addTwoGroups(to store: SQLiteAccountStore) async throws {
        for (group, secret) in [("12345", "secret one, long enough"), ("54321", "secret two, long enough")] {
            let partnerID = try PartnerID(parsing: group)
            try await store.createGroup(Group(partnerID: partnerID, name: "x"), recording: Self.event)
            let apiKey = try APIKey(text: secret)
            _ = try await store.addAPIKey(apiKey, label: "", to: partnerID, at: Self.now, recording: Self.event)
        }
    }

    private static var event: AuditEvent {
        var generator = SystemRandomNumberGenerator()
        let id = CorrelationID(using: &generator)
        return AuditEvent(time: now * 1000, correlationID: id, action: .administration, outcome: .granted)
    }

    private static func spend(_ key: AccountReference, in store: SQLiteAccountStore) async throws -> Bool {
        let spent = SpentCredential(identity: [UInt8](repeating: 9, count: 32), window: 0, forgetAt: now + 86_400)
        return try await store.evaluate(on: key, at: now) { _ in
            Evaluation(outcome: .init(value: true, event: event), spend: (spent, .init(value: false, event: event)))
        }
    }
}
