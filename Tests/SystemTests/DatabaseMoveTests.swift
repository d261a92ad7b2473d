import Foundation
import SystemSupport
import TestSupport
import Testing

/// `latchkey database move`: from a SQLite file to PostgreSQL.
@Suite(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"), .timeLimit(.minutes(10)))
struct DatabaseMoveTests {
    private let postgres: PostgresServer
    private let name: String
    private let store: FilledStore

    init() async throws {
        postgres = try PostgresServer(settings: ["fsync=off"])
        name = try postgres.copyDatabase("template1")
        store = try await FilledStore()
    }

    /// The settings of a command on the new database.
    private var target: [String: String] { ["LATCHKEY_DATABASE_PATH": postgres.address(of: name)] }
    private var move: [String] { ["database", "move", "--from", store.server.database] }

    @Test func `everything is there afterwards, also when the move was killed in the middle`() async throws {
        let server = store.server
        try postgres.execute(Self.holdUser(5000), in: name)
        let killed = try server.begin(move, settings: target)
        try await waitForHold()
        killed.send(SIGKILL)
        killed.wait()
        try postgres.execute(Self.release, in: name)
        #expect(try postgres.execute("SELECT count(*) FROM users", in: name) == "4000\n")
        let refusal = try server.latchkey(["user", "list", "--group", "12345"], settings: target, expecting: 1)
        #expect(refusal.contains("database move"))

        let report = try await resume()
        #expect(report.wasResumed && report.auditIsUnbroken)
        #expect(report.tables.allSatisfy { $0.rows > 0 }, "a new table has to be filled in here too: \(report.tables)")
        #expect(report.tables.first { $0.name == "users" }?.rows == FilledStore.userCount + 1)
        try await checkService()
    }

    /// A server on the new database knows what the old one knew.
    private func checkService() async throws {
        let file = store.server.masterKeyFile
        let node = try await ServerProcess(.serve, settings: target.merging(["LATCHKEY_MASTER_KEY_FILE": file]) { $1 })
        try await node.start()
        #expect(try await FilledStore.signIn(store.spentKey, at: node) == 401)
        #expect(try await FilledStore.signIn(store.freshKey, at: node) == 200)
        #expect(try await FilledStore.signIn(store.freshKey, at: node) == 401)
        #expect(try node.latchkey(["audit", "verify"]).contains("unbroken"))
        #expect(try node.latchkey(["audit", "list", "--json"]).contains("everything moved here"))
        #expect(try node.latchkey(["salesforce", "list"]).contains("00DFk0000001234MAA"))
        // Numbers go on behind those that were moved.
        try node.latchkey(["user", "add", "--group", "12345", "--puid", "new", "--username", "new"])
        try node.latchkey(["apikey", "create", "--group", "12345"])
        #expect(await node.stop() == 0)
        #expect(try node.latchkey(move, expecting: 1).contains("holds tables already"))
    }

    @Test func `a file in use, a changed one, another master key and a database with something in it are refused`()
        async throws
    {
        let server = store.server
        try await server.start()
        #expect(try server.latchkey(move, settings: target, expecting: 1).contains("stop it first"))
        #expect(await server.stop() == 0)

        let other = server.folder + "/other.key"
        try Data("\(Data(repeating: 7, count: 32).base64EncodedString())\n".utf8).write(to: URL(filePath: other))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: other)
        let otherKey = target.merging(["LATCHKEY_MASTER_KEY_FILE": other]) { $1 }
        #expect(try server.latchkey(move, settings: otherKey, expecting: 1).contains("master key"))

        try postgres.execute("CREATE TABLE somebodys (id INTEGER)", in: name)
        #expect(try server.latchkey(move, settings: target, expecting: 1).contains("holds tables already"))
        try postgres.execute("DROP TABLE somebodys", in: name)

        try postgres.execute(Self.holdUser(1), in: name)
        let killed = try server.begin(move, settings: target)
        try await waitForHold()
        killed.send(SIGKILL)
        killed.wait()
        try postgres.execute(Self.release, in: name)
        try server.latchkey(["user", "suspend", "--group", "12345", "joe"])
        #expect(try server.latchkey(move, settings: target, expecting: 1).contains("before it was changed"))
    }

    @Test func `what differs afterwards is found, and the database is no store`() async throws {
        try postgres.execute(Self.holdUser(6000), in: name)
        let killed = try store.server.begin(move, settings: target)
        try await waitForHold()
        killed.send(SIGKILL)
        killed.wait()
        try postgres.execute(Self.release, in: name)
        try postgres.execute("UPDATE users SET email = 'mallory@example.com' WHERE username = 'user-7'", in: name)
        let refusal = try store.server.latchkey(move, settings: target, expecting: 1)
        #expect(refusal.contains("the table users is not the same"))
        let use = try store.server.latchkey(["user", "list", "--group", "12345"], settings: target, expecting: 1)
        #expect(use.contains("database move"))
    }

    // MARK: Holding a move

    /// Makes the database wait in the middle of the batch that has a certain user.
    private static func holdUser(_ number: Int) -> String {
        """
        CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(3600); RETURN NEW; END';
        CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.users') THEN
                CREATE TRIGGER hold BEFORE INSERT ON users FOR EACH ROW
                WHEN (NEW.username = 'user-\(number)') EXECUTE FUNCTION hold();
            END IF;
        END $$;
        CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION watch();
        """
    }

    /// Ends what was left behind, and holds nobody any more.
    private static let release = """
        SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE wait_event = 'PgSleep';
        DROP EVENT TRIGGER watch;
        DROP TRIGGER hold ON users;
        """

    private func waitForHold() async throws {
        let question = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        for _ in 0..<600 {
            if try postgres.execute(question, in: name) == "1\n" { return }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        Issue.record("the move does not come to the row where it is held")
    }

    // MARK: The report

    private struct Report: Decodable {
        struct Table: Decodable {
            let name: String
            let rows: Int
        }

        let wasResumed: Bool
        let tables: [Table]
        let auditIsUnbroken: Bool
    }

    private func resume() async throws -> Report {
        let output = try store.server.latchkey(move + ["--json"], settings: target)
        // What is being done is said on the standard error, which comes with it.
        let text = output[(output.firstIndex(of: "{") ?? output.startIndex)...]
        return try JSONDecoder().decode(Report.self, from: Data(text.utf8))
    }
}
