import Accounts
import AccountsPostgres
import AccountsSQL
import AccountsSQLite
import Foundation
import LoginKey
import SystemSupport
import TestSupport
import Testing

/// `latchkey audit archive`, which moves old rows into a file.
@Suite(.timeLimit(.minutes(5))) struct AuditArchiveTests {
    private static let count = 30_000

    /// A store with many old events and a new one; `archive` is the file for the old ones.
    private struct Archive {
        let server: ServerProcess
        var file: String { server.folder + "/archive.jsonl" }

        init() async throws {
            server = try await ServerProcess(.serve)
            let key = Data(repeating: 1, count: 32).base64EncodedData()
            let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
            #expect(FileManager.default.createFile(atPath: server.masterKeyFile, contents: key, attributes: attributes))
            let store = try open()
            for start in stride(from: 0, to: AuditArchiveTests.count, by: 1000) {
                try await store.append((start..<start + 1000).map { Self.event(1_600_000_000_000, "event \($0)") })
            }
            try await store.append([Self.event(Int64(Date().timeIntervalSince1970) * 1000, "new")])
            try store.close()
        }

        static func event(_ milliseconds: Int64, _ detail: String) -> AuditEvent {
            var generator = SystemRandomNumberGenerator()
            return AuditEvent(
                time: milliseconds,
                correlationID: CorrelationID(using: &generator),
                action: .authenticate,
                outcome: .granted,
                detail: detail
            )
        }

        func open() throws -> SQLiteAccountStore {
            let text = try String(contentsOfFile: server.masterKeyFile, encoding: .utf8)
            let masterKey = try MasterKey(base64: text.trimmingCharacters(in: .newlines))
            return try SQLiteAccountStore(path: server.database, masterKey: masterKey)
        }

        var arguments: [String] { ["audit", "archive", "--before", "2025-01-01", "--to", file] }

        func size() -> UInt64 {
            (try? FileHandle(forReadingAtPath: file)?.seekToEnd()) ?? 0
        }

        /// Starts archiving, and kills the process as soon as something has come about, if it is not through before.
        func interrupt(when hasHappened: () async throws -> Bool) async throws {
            let null = try FileHandle(forWritingTo: URL(filePath: "/dev/null"))
            let process = try ChildProcess(
                ServerProcess.executable.path,
                arguments + ["--database", server.database, "--master-key-file", server.masterKeyFile],
                environment: ProcessInfo.processInfo.environment,
                output: null.fileDescriptor,
                errors: null.fileDescriptor
            )
            while process.isRunning, try await !hasHappened() {
                try await ContinuousClock().sleep(for: .milliseconds(1))
            }
            process.send(SIGKILL)
            process.wait()
        }

        /// The numbers of the rows in the file.
        func archivedRows() throws -> [Int64] {
            try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
                .map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)).row }
        }

        func verify(_ more: [String] = [], expecting status: Int32 = 0) throws -> Report {
            let text = try server.latchkey(["audit", "verify", "--json"] + more, expecting: status)
            return try JSONDecoder().decode(Report.self, from: Data(text.utf8))
        }
    }

    private struct Line: Decodable {
        let row: Int64
    }

    private struct Report: Decodable {
        let archivedRows: Int
        let firstBroken: Int64?
        let isUnbroken: Bool
    }

    @Test func `kill -9 while rows are archived loses none and doubles none`() async throws {
        let archive = try await Archive()
        // Here the file is being written; then rows are being removed.
        try await archive.interrupt { archive.size() > 2_000_000 }
        let store = try archive.open()
        #expect(try await store.verifyAudit().firstBroken == nil)
        for _ in 0..<2 {
            let first = try await store.auditRows(after: 0, limit: 1).first?.id
            try await archive.interrupt {
                try await store.auditRows(after: 0, limit: 1).first?.id != first
            }
            #expect(try await store.verifyAudit().firstBroken == nil)
        }
        try archive.server.latchkey(archive.arguments)
        #expect(try archive.archivedRows() == Array(1...Int64(archive.archivedRows().count)))
        #expect(try archive.archivedRows().count == Self.count)
        let left = try await store.auditRows(after: 0, limit: 1000)
        #expect(left.contains { $0.event.detail == "new" })
        #expect(left.first?.id == Int64(Self.count) + 1)
        try store.close()
        let found = try archive.verify(["--archive", archive.file])
        #expect(found.isUnbroken)
        #expect(found.archivedRows == Self.count)
        try archive.server.latchkey(archive.arguments)
        #expect(try archive.archivedRows().count == Self.count)
    }

    @Test func `an archive that was changed, cut off or left out is found`() async throws {
        let archive = try await Archive()
        try archive.server.latchkey(archive.arguments)
        let good = try String(contentsOfFile: archive.file, encoding: .utf8)
        #expect(try archive.verify().isUnbroken)
        let changed = good.replacingOccurrences(of: "\"event 17\"", with: "\"event 71\"")
        #expect(changed != good)
        try changed.write(toFile: archive.file, atomically: false, encoding: .utf8)
        let found = try archive.verify(["--archive", archive.file], expecting: 1)
        #expect(found.firstBroken == 18)
        let lines = good.split(separator: "\n")
        let cut = lines.dropLast().map { $0 + "\n" }.joined()
        try cut.write(toFile: archive.file, atomically: false, encoding: .utf8)
        #expect(try !archive.verify(["--archive", archive.file], expecting: 1).isUnbroken)
        // A file that ends too early is not continued, and one of something else is left as it is.
        #expect(try archive.server.latchkey(archive.arguments, expecting: 1).contains("name a new file"))
        try "not an archive".write(toFile: archive.file, atomically: false, encoding: .utf8)
        #expect(try archive.server.latchkey(archive.arguments, expecting: 1).contains("is not an archive"))
        #expect(try String(contentsOfFile: archive.file, encoding: .utf8) == "not an archive")
    }

    @Test(.enabled(if: PostgresServer.programs != nil, "PostgreSQL is not installed"))
    func `over PostgreSQL days are dropped whose events are archived`() async throws {
        let postgres = try PostgresServer(settings: ["fsync=off"])
        let name = try postgres.copyDatabase("template1")
        let server = try await ServerProcess(.serve, settings: ["LATCHKEY_DATABASE_PATH": postgres.address(of: name)])
        try server.latchkey(["group", "create", "12345", "--name", "x"])
        let text = try String(contentsOfFile: server.masterKeyFile, encoding: .utf8)
        let store = try PostgresAccountStore(
            address: PostgresAddress(postgres.address(of: name)),
            masterKey: MasterKey(base64: text.trimmingCharacters(in: .newlines))
        )
        let now = Int64(Date().timeIntervalSince1970)
        for daysAgo in (0...6).reversed() {
            let time = (now - Int64(daysAgo) * 86_400) * 1000
            try await store.append((0..<1000).map { Archive.event(time, "\(daysAgo) days ago, \($0)") })
        }
        _ = try await store.sealAudit(ifOlderThan: 0)
        try postgres.splitAudit(of: name)
        let file = server.folder + "/archive.jsonl"
        let before = Date(timeIntervalSince1970: Double(now - 2 * 86_400)).formatted(.iso8601.year().month().day())
        let archive = ["audit", "archive", "--before", before, "--to", file]
        #expect(try server.latchkey(archive).contains("4000 events"))
        let parts = try postgres.execute(
            "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit'::regclass",
            in: name
        )
        let dropped = [3, 4].map { PostgresServer.auditDay((now - $0 * 86_400) * 1000) } + ["audit_before"]
        #expect(dropped.allSatisfy { !parts.contains($0) })
        #expect(parts.contains(PostgresServer.auditDay((now - 2 * 86_400) * 1000)))
        #expect(try server.latchkey(["audit", "verify", "--archive", file]).contains("and 4000 in archives, unbroken"))
        #expect(try server.latchkey(archive).contains("0 events"))
        #expect(try server.latchkey(["audit", "verify", "--archive", file]).contains("unbroken"))
        try store.close()
    }
}
