import AccountAdministration
import Accounts
import AccountsPostgres
import AccountsSQL
import AccountsTesting
import Dispatch
import Foundation
import Glibc
import LoginKey
import Synchronization
import TestSupport
import Testing
import WireProtocol

/// One database and a group in it.
private struct Installation {
    let server: PostgresServer
    let database: String
    let partnerID: PartnerID
    let key: AccountReference

    init(on server: PostgresServer) async throws {
        self.server = server
        database = try server.makeDatabase()
        partnerID = try PartnerID(parsing: "12345")
        key = .partner(partnerID, try PartnerUserID(parsing: "joe"))
        let store = try server.open(database)
        try await store.createGroup(Group(partnerID: partnerID, name: "x"), recording: Self.event())
        try store.close()
    }

    static func event(_ detail: String = "") -> AuditEvent {
        var generator = SystemRandomNumberGenerator()
        return AuditEvent(
            time: 1_700_000_000_000,
            correlationID: CorrelationID(using: &generator),
            action: .authenticate,
            outcome: .granted,
            detail: detail
        )
    }

    func session(on server: String) -> SessionRecord {
        var generator = SystemRandomNumberGenerator()
        return SessionRecord(
            id: CorrelationID(using: &generator).text,
            partnerID: partnerID,
            key: .random(using: &generator),
            kind: .cobrowse,
            owner: .visitor,
            status: .settingUp,
            server: server,
            createdAt: 1_700_000_000,
            correlationID: CorrelationID(using: &generator)
        )
    }

    static func server(_ name: String, run: Int = 1) -> SessionServerRecord {
        SessionServerRecord(name: name, url: "ws://\(name)", epoch: "\(run)")
    }

    /// Spends a credential; says whether it was good.
    func spend(_ number: UInt8, in store: any AccountStore, _ detail: String = "") async throws -> Bool {
        let credential = SpentCredential(
            identity: [UInt8](repeating: number, count: 32),
            window: 0,
            forgetAt: 4_000_000_000
        )
        return try await store.evaluate(on: key, at: 1_700_000_000) { _ in
            Evaluation(
                outcome: .init(value: true, event: Self.event(detail)),
                spend: (credential, .init(value: false, event: Self.event("again")))
            )
        }
    }
}

/// Tells several tasks that it is time to stop.
private final class End: Sendable {
    private let flag = Mutex(false)
    private let count = Mutex(0)

    var isReached: Bool { flag.withLock { $0 } }

    /// How many answers there were before it.
    var answers: Int { count.withLock { $0 } }

    func noteAnswer() { count.withLock { $0 += 1 } }

    func reach() { flag.withLock { $0 = true } }
}

/// A transaction of a store that has done its work and waits for the word to commit.
private struct OpenTransaction {
    private let mayCommit = DispatchSemaphore(value: 0)
    private let task: Task<Void, any Error>

    init(in store: PostgresAccountStore, _ body: @escaping @Sendable (any SQLTransaction) throws -> Void) async {
        let (done, doing) = AsyncStream<Void>.makeStream()
        task = Task { [mayCommit] in
            try await store.write(.rows) { transaction in
                defer { doing.finish() }
                try body(transaction)
                doing.finish()
                // On the writer's own thread.
                _ = mayCommit.wait(timeout: .now() + 60)
            }
        }
        for await _ in done {}
    }

    func commit() async throws {
        mayCommit.signal()
        try await task.value
    }
}

extension RightsChanges {
    /// Whom they concern; `nil` for everybody.
    fileprivate var users: Set<User.ID>? {
        if case .users(let users) = affected { users } else { nil }
    }
}

@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct SeveralNodesTests {
    @Test func `two nodes see each other's changes and spend a key once`() async throws {
        let installation = try await Installation(on: SharedServer.make())
        let stores = [
            try installation.server.open(installation.database), try installation.server.open(installation.database),
        ]
        var group = try #require(try await stores[0].group(installation.partnerID))
        group.usePolicy = .once
        try await stores[1].updateGroup(group, recording: Installation.event())
        #expect(try await stores[0].snapshot(of: installation.key, at: 1)?.group.usePolicy == .once)
        let grants = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for index in 0..<1000 {
                tasks.addTask { try await installation.spend(7, in: stores[index % 2]) }
            }
            return try await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(grants == 1)
        let verification = try await stores[0].verifyAudit()
        #expect(verification.firstBroken == nil)
        #expect(verification.rows == 1002)
        for store in stores { try store.close() }
    }

    private static func makeUsers(_ names: [String], of installation: Installation, in store: PostgresAccountStore)
        async throws -> [User]
    {
        let users = try names.map { name in
            User(
                partnerID: installation.partnerID,
                partnerUserID: try PartnerUserID(parsing: name),
                username: try Username(parsing: name)
            )
        }
        return try await store.createUsers(users, recording: Installation.event())
    }

    @Test func `a change of somebody's rights that commits late is not missed`() async throws {
        let installation = try await Installation(on: SharedServer.make())
        let stores = [
            try installation.server.open(installation.database), try installation.server.open(installation.database),
        ]
        let users = try await Self.makeUsers(["late", "soon"], of: installation, in: stores[0])
        let first = try await stores[1].rightsChanges(since: nil).cursor
        let late = await OpenTransaction(in: stores[0]) { transaction in
            try transaction.execute("UPDATE users SET state = 'suspended' WHERE id = ?", [users[0].id.number])
        }
        var soon = users[1]
        soon.state = .suspended
        try await stores[1].updateUser(soon, recording: Installation.event())
        let second = try await stores[1].rightsChanges(since: first)
        #expect(second.users == [users[1].id])
        try await late.commit()
        let third = try await stores[1].rightsChanges(since: second.cursor)
        #expect(third.users?.contains(users[0].id) == true)
        for store in stores { try store.close() }
    }

    @Test func `everybody is looked up after a promotion, and when too many have changed`() async throws {
        let installation = try await Installation(on: SharedServer.make())
        let store = try installation.server.open(installation.database)
        let cursor = try await store.rightsChanges(since: nil).cursor
        #expect(try await store.rightsChanges(since: cursor).users == [])
        let before = RightsCursor(revision: cursor.revision, timeline: "00000000", position: cursor.position)
        #expect(cursor.timeline == "00000001")
        #expect(try await store.rightsChanges(since: before).users == nil)
        let more = RightsCursor(
            revision: cursor.revision,
            timeline: cursor.timeline,
            position: cursor.position + 1 << 40
        )
        #expect(try await store.rightsChanges(since: more).users == nil)
        for (count, isEverybody) in [(RightsChanges.maximumUsers, false), (1, true)] {
            _ = try await store.write(.rows) { transaction in
                try transaction.execute(
                    """
                    INSERT INTO user_changes (user_id)
                    SELECT number + (SELECT count(*) FROM user_changes) FROM generate_series(1, ?) AS number
                    """,
                    [count]
                )
            }
            #expect((try await store.rightsChanges(since: cursor).users == nil) == isEverybody)
        }
        try store.close()
    }

    @Test func `changes of rights are forgotten after an hour`() async throws {
        let installation = try await Installation(on: SharedServer.make())
        let store = try installation.server.open(installation.database)
        let now: Int64 = 1_700_000_000
        _ = try await store.write(.rows) { transaction in
            try transaction.execute(
                "INSERT INTO user_changes (user_id, changed_at) VALUES (1, ?), (2, ?)",
                [now - RightsCursor.retention - 1, now - RightsCursor.retention + 1]
            )
        }
        // The first decision of a node forgets what it may.
        #expect(try await installation.spend(1, in: store))
        let rest = try await store.read { connection in
            try connection.fetch("SELECT user_id FROM user_changes", []) { $0.integer(0) }
        }
        #expect(rest == [2])
        try store.close()
    }

    @Test func `a change that breaks a rule is refused alone, and those that were sent with it are made`() async throws
    {
        let installation = try await Installation(on: SharedServer.make())
        let store = try installation.server.open(installation.database)
        let users = try await Self.makeUsers(["one", "two"], of: installation, in: store)
        var sessions = (0..<20).map { _ in installation.session(on: "main") }
        for session in sessions { try await store.createSession(session, recording: Installation.event()) }
        for index in sessions.indices { sessions[index].status = .killed }
        let change = RowChange(
            "user",
            "m",
            "UPDATE users SET username = 'one' WHERE id = ?",
            [users[1].id.number],
            recording: Installation.event("broken")
        )
        // What comes while this is under way is sent together.
        let transaction = await OpenTransaction(in: store) { _ in }
        let (begun, beginning) = AsyncStream<Void>.makeStream()
        let refusals: [AccountsError.Code] = try await withThrowingTaskGroup(of: AccountsError.Code?.self) { tasks in
            for session in sessions {
                tasks.addTask {
                    beginning.yield()
                    try await store.updateSession(session, recording: Installation.event("end of \(session.id)"))
                    return nil
                }
            }
            tasks.addTask {
                beginning.yield()
                do {
                    try await store.write(change)
                    return nil
                } catch let error as AccountsError {
                    return error.code
                }
            }
            var waiting = begun.makeAsyncIterator()
            for _ in 0...sessions.count { await waiting.next() }
            try await transaction.commit()
            return try await tasks.reduce(into: []) { codes, code in if let code { codes.append(code) } }
        }
        #expect(refusals == [.alreadyExists])
        #expect(try await store.openSessions(on: "main").isEmpty)
        let details = try await store.auditEvents(AuditFilter()).map(\.detail)
        #expect(details.filter { $0.hasPrefix("end of") }.count == 20 && !details.contains("broken"))
        #expect(try await store.verifyAudit().firstBroken == nil)
        try store.close()
    }

    @Test func `changes of two nodes at once all happen, or say why not`() async throws {
        let installation = try await Installation(on: SharedServer.make())
        let stores = [
            try installation.server.open(installation.database), try installation.server.open(installation.database),
        ]
        let created = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for index in 0..<100 {
                tasks.addTask {
                    // Each name is wanted by both nodes.
                    let name = "user\(index / 2)"
                    let user = User(
                        partnerID: installation.partnerID,
                        partnerUserID: try PartnerUserID(parsing: name),
                        username: try Username(parsing: name)
                    )
                    do {
                        _ = try await stores[index % 2].createUsers([user], recording: Installation.event())
                        return true
                    } catch let error as AccountsError where error.code == .alreadyExists {
                        return false
                    }
                }
            }
            return try await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(created == 50)
        let users = try await stores[0].users(of: installation.partnerID, after: nil, limit: 100)
        #expect(users.count == 50)
        #expect(try await stores[1].verifyAudit().firstBroken == nil)
    }

    @Test func `of two nodes that change one user, the later one is told, and nothing is lost`() async throws {
        let installation = try await Installation(on: SharedServer.make())
        let stores = [
            try installation.server.open(installation.database), try installation.server.open(installation.database),
        ]
        let new = User(
            partnerID: installation.partnerID,
            partnerUserID: nil,
            username: try Username(parsing: "joe")
        )
        let user = try #require(try await stores[0].createUsers([new], recording: Installation.event()).first)
        var late = user
        late.phone = "late"
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for index in 0..<8 {
                tasks.addTask {
                    let store = stores[index % 2]
                    let administrator = Administrator(nil, recording: Installation.event())
                    _ = try await UserAdministration(store: store, by: administrator)
                        .update {
                            try #require(try await store.users(of: user.partnerID, after: nil, limit: 1).first)
                        } _: { user in
                            user.lastName += "\(index)"
                        }
                }
            }
            try await tasks.waitForAll()
        }
        await #expect(throws: AccountsError(code: .versionConflict, message: "")) {
            try await stores[1].updateUser(late, recording: Installation.event())
        }
        let stored = try await stores[0].users(of: user.partnerID, after: nil, limit: 10)
        #expect(stored.map { $0.lastName.sorted() } == [Array("01234567")])
        #expect(stored.map(\.version) == [9])
        for store in stores { try store.close() }
    }

    @Test(.timeLimit(.minutes(2)))
    func `no answered decision is lost, and none happens twice, when connections and the server are killed`()
        async throws
    {
        let server = try PostgresServer()
        let installation = try await Installation(on: server)
        let store = try server.open(installation.database)
        let end = End()
        let answers = try await withThrowingTaskGroup(of: [String: Bool].self) { tasks in
            for client in 0..<8 {
                tasks.addTask {
                    var told: [String: Bool] = [:]
                    for step in 0... {
                        guard !end.isReached else { break }
                        let detail = "c\(client)-\(step)"
                        // Every third credential is one that others spend too.
                        let number = step.isMultiple(of: 3) ? UInt8(step % 200) : nil
                        let isGood =
                            if let number {
                                try? await installation.spend(number, in: store, detail)
                            } else {
                                try? await store.append([Installation.event(detail)]) as Void? != nil
                            }
                        guard let isGood else { continue }
                        told[detail] = isGood
                        end.noteAnswer()
                    }
                    return told
                }
            }
            tasks.addTask {
                defer { end.reach() }
                for round in 0..<6 {
                    try await Task.sleep(for: .milliseconds(150))
                    if round.isMultiple(of: 2) {
                        _ = try? server.execute(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'latchkey'",
                            in: "postgres"
                        )
                    } else {
                        server.stop(SIGKILL)
                        try await Task.sleep(for: .milliseconds(50))
                        try server.start()
                    }
                }
                // However slow the machine is, there has to be something to lose.
                while end.answers <= 50 { try await Task.sleep(for: .milliseconds(50)) }
                return [:]
            }
            return try await tasks.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        }
        #expect(answers.count > 50)
        let counts = try server.execute("SELECT detail, count(*) FROM audit GROUP BY detail", in: installation.name)
            .split(separator: "\n").map { $0.split(separator: "|", omittingEmptySubsequences: false) }
        let written = Dictionary(uniqueKeysWithValues: counts.map { (String($0[0]), Int($0[1]) ?? 0) })
        for (detail, isGood) in answers where isGood { #expect(written[detail] == 1, "\(detail)") }
        let twice = written.filter { $0.key.hasPrefix("c") && $0.value != 1 }
        #expect(twice.isEmpty)
        let spent = try server.execute("SELECT count(*) FROM spent_keys", in: installation.name)
        let grants = answers.filter {
            $0.value && $0.key.split(separator: "-").last.flatMap { Int($0) }.map { $0 % 3 == 0 } == true
        }
        #expect(grants.count <= Int(spent.trimmingCharacters(in: .newlines)) ?? 0)
        #expect(try await store.verifyAudit().firstBroken == nil)
        try store.close()
    }

    @Test func `a commit that no standby confirms is no grant`() async throws {
        let server = try PostgresServer()
        let installation = try await Installation(on: server)
        let store = try PostgresAccountStore(
            address: PostgresAddress(installation.database),
            masterKey: MasterKey(bytes: [UInt8](repeating: 1, count: 32)),
            timeout: 1000
        )
        #expect(try await installation.spend(1, in: store))
        try server.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", in: "postgres")
        try server.execute("SELECT pg_reload_conf()", in: "postgres")
        await #expect(throws: AccountsError(code: .storeUnavailable, message: "")) {
            while true {
                // The setting reaches a connection between two statements.
                _ = try await installation.spend(UInt8.random(in: 2...255), in: store)
            }
        }
        try server.execute("ALTER SYSTEM RESET synchronous_standby_names", in: "postgres")
        try server.execute("SELECT pg_reload_conf()", in: "postgres")
        _ = try await installation.spend(1, in: store)
        #expect(try await store.verifyAudit().firstBroken == nil)
        try store.close()
    }

    @Test func `a session is moved once, and only from a server that is silent or lets it go`() async throws {
        let installation = try await Installation(on: SharedServer.make())
        let stores = [
            try installation.server.open(installation.database), try installation.server.open(installation.database),
        ]
        var session = installation.session(on: "one")
        try await stores[0].createSession(session, recording: Installation.event())
        let (one, two) = (Installation.server("one"), Installation.server("two"))
        try await stores[0].announce(one)
        try await stores[1].announce(two)
        let event = Installation.event("moved")
        #expect(try await !stores[1].move(session, to: "two", ifSilentFor: 60, recording: event))
        try await stores[1].setDraining(true, "one", recording: Installation.event())
        // It says again that it is there, and is to leave all the same.
        try await stores[0].announce(one)
        #expect(try await stores[0].sessionServers().map(\.state) == [.draining, .ready])
        let moves = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for index in 0..<20 {
                tasks.addTask { [session] in
                    try await stores[index % 2].move(session, to: "two", ifSilentFor: 60, recording: event)
                }
            }
            return try await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(moves == 1)
        #expect(try await stores[0].openSessions(on: "two").map(\.id) == [session.id])
        // The server that had it can change it no more.
        session.status = .completed
        await #expect(throws: AccountsError(code: .notFound, message: "")) {
            try await stores[0].updateSession(session, recording: Installation.event())
        }
        #expect(try await stores[0].session(session.id, of: installation.partnerID)?.status == .settingUp)
        // One that has started anew takes sessions again; one that has stopped lets them go at once.
        try await stores[0].announce(Installation.server("one", run: 2))
        #expect(try await stores[1].sessionServers().map(\.state) == [.ready, .ready])
        try await stores[1].withdraw(two)
        session.server = "two"
        #expect(try await stores[0].move(session, to: "one", ifSilentFor: 60, recording: event))
        await #expect(throws: AccountsError(code: .notFound, message: "")) {
            try await stores[0].setDraining(true, "two", recording: Installation.event())
        }
        for store in stores { try store.close() }
    }

    @Test func `a name has one holder, and is free when its connection ends`() async throws {
        let server = try SharedServer.make()
        let database = try server.copyDatabase("template1")
        let address = try PostgresAddress(server.address(of: database))
        let first = try #require(try ServerNameLease("a", in: address))
        #expect(try ServerNameLease("a", in: address) == nil)
        let other = try #require(try ServerNameLease("b", in: address))
        guard case .held = await first.check() else { throw PostgresServer.Failure.of("not held") }
        try server.execute(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_locks JOIN pg_database ON pg_database.oid = database
            WHERE locktype = 'advisory' AND granted AND datname = '\(database)'
            """,
            in: "postgres"
        )
        let thief = try #require(try ServerNameLease("a", in: address))
        guard case .lost = await first.check() else { throw PostgresServer.Failure.of("not lost") }
        guard case .held = await other.check() else { throw PostgresServer.Failure.of("not taken again") }
        _ = thief
    }

    @Test func `a name whose last connection the database still has is nobody else's`() async throws {
        let server = try SharedServer.make()
        let database = try server.copyDatabase("template1")
        let lease = try #require(try ServerNameLease("a", in: try PostgresAddress(server.address(of: database))))
        let holder = """
            SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
            WHERE locktype = 'advisory' AND granted AND datname = '\(database)'
            """
        let process = try #require(pid_t(try server.execute(holder, in: "postgres").trimmingCharacters(in: .newlines)))
        // As where the network is lost: it hears nothing of the connection's end, and keeps the name.
        kill(process, SIGSTOP)
        guard case .unknown = await lease.check() else { throw PostgresServer.Failure.of("given up") }
        kill(process, SIGCONT)
        guard case .held = await lease.check() else { throw PostgresServer.Failure.of("not taken again") }
    }
}

extension Installation {
    var name: String { String(database.dropFirst("postgresql:///".count).prefix { $0 != "?" }) }
}

@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct PostgresDatabaseTests {
    @Test func `an altered, removed, inserted or moved row of the audit is found`() async throws {
        let server = try SharedServer.make()
        let installation = try await Installation(on: server)
        for _ in 0..<2 {
            let store = try server.open(installation.database)
            try await store.append((0..<3).map { Installation.event("\($0)") })
            try store.close()
        }
        let rows = try server.execute("SELECT id FROM audit ORDER BY id", in: installation.name)
            .split(separator: "\n").compactMap { Int64($0) }
        #expect(rows.count == 7)
        let second = rows[1] >> 40
        let third = rows[4] >> 40
        #expect(second != third)
        let changes: [(String, Int64?)] = [
            ("SELECT 1", nil), ("UPDATE audit SET detail = 'x' WHERE id = \(rows[2])", rows[2]),
            ("DELETE FROM audit WHERE id = \(rows[2])", rows[3]),
            ("DELETE FROM audit WHERE id = \(rows[1])", rows[2]),
            (
                """
                INSERT INTO audit SELECT \(rows[3] + 1), time, correlation_id, partner_id, actor, action, outcome, reason,
                source, detail, hash FROM audit WHERE id = \(rows[3])
                """, rows[3] + 1
            ),
            (
                """
                UPDATE audit SET id = -id WHERE id > \(rows[0]);
                UPDATE audit SET id = CASE WHEN -id >> 40 = \(second) THEN -id + (\(third - second)::bigint << 40)
                ELSE -id - (\(third - second)::bigint << 40) END WHERE id < 0
                """, rows[1]
            ),
        ]
        for (sql, broken) in changes {
            let copy = try server.copyDatabase(installation.name)
            try server.execute(sql, in: copy)
            let store = try server.open(server.address(of: copy))
            #expect(try await store.verifyAudit().firstBroken == broken, "\(sql)")
            try store.close()
        }
    }

    /// Each of them leaves chains whose hashes fit; only checkpoints tell.
    @Test func `what is cut off, left out or computed anew is found by the checkpoints`() async throws {
        let server = try SharedServer.make()
        let installation = try await Installation(on: server)
        for _ in 0..<2 {
            let store = try server.open(installation.database)
            for number in 0..<2 {
                try await store.append([Installation.event("\(number)")])
                #expect(try await store.sealAudit(ifOlderThan: 0).checkpoint != nil)
            }
            try store.close()
        }
        let rows = try server.execute("SELECT id FROM audit ORDER BY id", in: installation.name)
            .split(separator: "\n").compactMap { Int64($0) }
        let last = rows[4]
        let changes: [(String, missing: Int64?, checkpoint: Int64?)] = [
            ("SELECT 1", nil, nil), ("DELETE FROM audit WHERE id = \(last)", last, nil),
            ("DELETE FROM audit WHERE id >> 40 = \(last >> 40)", last, nil),
            (
                "DELETE FROM audit WHERE id >> 40 = \(last >> 40); INSERT INTO archived_audit VALUES (\(last >> 40), "
                    + "\(last + 9), '')", last, nil
            ),
            ("DELETE FROM audit_checkpoints WHERE number = 2", nil, 3),
            ("UPDATE audit_checkpoints SET time = time + 1 WHERE number = 4", nil, 4),
            ("UPDATE audit_checkpoints SET number = number + 1 WHERE number = 4", nil, 5),
        ]
        for (sql, missing, checkpoint) in changes {
            let copy = try server.copyDatabase(installation.name)
            try server.execute(sql, in: copy)
            let store = try server.open(server.address(of: copy))
            let found = try await store.verifyAudit()
            #expect(found.firstBroken == nil)
            #expect(found.missing?.id == missing, "\(sql)")
            #expect(found.firstBrokenCheckpoint == checkpoint, "\(sql)")
            #expect(found.isSound == (missing == nil && checkpoint == nil), "\(sql)")
            if checkpoint == nil {
                #expect(try await store.sealAudit(ifOlderThan: 0).lost.map(\.id) == (missing.map { [$0] } ?? []))
            }
            try store.close()
        }
    }

    @Test func `another master key, newer tables and missing tables are refused`() async throws {
        let server = try SharedServer.make()
        let database = try server.makeDatabase()
        #expect(throws: AccountsError(code: .schemaMismatch, message: "")) {
            try server.open(database, mayUpdate: false)
        }
        try server.open(database).close()
        #expect(throws: AccountsError(code: .unreadableSecret, message: "")) { try server.open(database, key: 2) }
        try server.open(database, mayUpdate: false).close()
        let name = String(database.dropFirst("postgresql:///".count).prefix { $0 != "?" })
        try server.execute("INSERT INTO latchkey_migrations (version) VALUES (999)", in: name)
        #expect(throws: AccountsError(code: .schemaMismatch, message: "")) { try server.open(database) }
        // While nodes are updated one after the other, the version before and the next see and drain them all.
        for change in ["SELECT 1", "DELETE FROM latchkey_migrations WHERE version > 8"] {
            try server.execute(change, in: name)
            let store = try server.open(database, mayUpdate: false, acceptsOtherVersions: true)
            try await store.announce(Installation.server("a"))
            try await store.setDraining(true, "a", recording: Installation.event())
            #expect(try await store.sessionServers().map(\.server.name) == ["a"])
            try store.close()
        }
    }

    @Test func `two nodes that start at once make the tables once`() async throws {
        let server = try SharedServer.make()
        for _ in 0..<5 {
            let database = try server.makeDatabase()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<6 { tasks.addTask { try server.open(database).close() } }
                try await tasks.waitForAll()
            }
        }
    }

    @Test(arguments: [
        ("postgresql://u:secret@h/d", "holds a password"), ("postgresql://h/d?password=secret", "holds a password"),
        ("postgresql://h/d?sslpassword=secret", "holds a password"), ("postgresql://h/d?nonsense=1", "cannot be read"),
        ("postgresql:///d?host=a,b,c&port=1,2", "as many ports"),
    ])
    func `an address that cannot be used is refused without showing its password`(_ text: String, _ reason: String) {
        do {
            _ = try PostgresAddress(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.description.contains(reason), "\(error)")
            #expect(!error.description.contains("secret"))
        }
    }
}

@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct PostgresWaitingTests {
    @Test func `nobody who signs in waits for whoever changes accounts`() async throws {
        let server = try SharedServer.make()
        let installation = try await Installation(on: server)
        let store = try server.open(installation.database)
        let (begun, hasBegun) = AsyncStream<Void>.makeStream()
        let held = DispatchSemaphore(value: 0)
        // Also where something is thrown: the change is waited for at the end of the scope.
        defer { held.signal() }
        async let change: Void = store.write(.accounts) { _ in
            hasBegun.yield()
            held.wait()
        }
        for await _ in begun { break }
        #expect(try await installation.spend(1, in: store))
        try await store.append([Installation.event()])
        held.signal()
        try await change
        try store.close()
    }

    @Test func `a change behind a long one of another node says so`() async throws {
        let server = try SharedServer.make()
        let installation = try await Installation(on: server)
        let stores = [try server.open(installation.database), try server.open(installation.database)]
        let (begun, hasBegun) = AsyncStream<Void>.makeStream()
        let held = DispatchSemaphore(value: 0)
        // Also where something is thrown: the change is waited for at the end of the scope.
        defer { held.signal() }
        async let change: Void = stores[0]
            .write(.accounts) { _ in
                hasBegun.yield()
                held.wait()
            }
        for await _ in begun { break }
        await #expect(throws: AccountsError(code: .storeUnavailable, message: "")) {
            try await stores[1]
                .createGroup(
                    Group(partnerID: PartnerID(parsing: "54321"), name: "y"),
                    recording: Installation.event()
                )
        }
        held.signal()
        try await change
        for store in stores { try store.close() }
    }

    @Test func `a silent host costs nothing, and the others are found`() async throws {
        let port = Int.random(in: 12_000..<32_000)
        let server = try PostgresServer(settings: ["listen_addresses=127.0.0.1", "port=\(port)", "fsync=off"])
        let silent = try SilentListener()
        let address = "postgresql://latchkey@127.0.0.1:\(silent.port),127.0.0.1:\(port)/postgres"
        let begin = ContinuousClock.now
        try server.open(address).close()
        #expect(begin.duration(to: .now) < .seconds(4))
        server.stop(SIGINT)
        #expect(throws: AccountsError(code: .storeUnavailable, message: "")) { try server.open(address) }
    }
}

/// Takes connections and says nothing.
private final class SilentListener {
    let port: Int
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, length) + listen(descriptor, 5)
                    + getsockname(descriptor, pointer, &length)
            }
        }
        guard code == 0 else { throw PostgresServer.Failure.of("no port") }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}
