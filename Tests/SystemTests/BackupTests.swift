import Foundation
import Testing

/// `latchkey backup` and `latchkey restore`, on a real server that goes on signing agents in.
@Suite struct BackupTests {
    private static let authorize = "/services/AuthorizationService.svc/rest/Authorize"

    /// Signs an agent in again and again; how often it was answered with yes.
    private static func signIn(_ server: ServerProcess, _ count: Int) async throws -> Int {
        var granted = 0
        for _ in 0..<count {
            let user = "005Fk000001aBcDIAU"
            let key = try server.latchkey(["key", "make", "--group", "12345", "--user", user])
            let form = "partnerid=12345&partneruserid=\(user)&loginkey=\(key.trimmingCharacters(in: .newlines))"
            if try await HTTP.postForm(server.url + Self.authorize, form).status == 200 { granted += 1 }
        }
        return granted
    }

    private static func rows(_ server: ServerProcess, _ settings: [String: String] = [:]) throws -> Int {
        let text = try server.latchkey(["audit", "verify", "--json"], settings: settings)
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect(object?["isUnbroken"] as? Bool == true)
        return try #require(object?["rows"] as? Int)
    }

    @Test func `a backup under writes is one whole database, and is restored as that`() async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        let file = server.folder + "/backup.sqlite"
        let first = try Self.rows(server)
        let granted = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await Self.signIn(server, 12) }
            let text = try server.latchkey(["backup", file])
            #expect(text.contains("keep a copy of it elsewhere"))
            return try await group.reduce(0, +)
        }
        #expect(granted == 12)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(!FileManager.default.fileExists(atPath: file + "-wal"))
        let sum = try Tool.run("/usr/bin/env", ["-C", server.folder, "sha256sum", "--check", "backup.sqlite.sha256"])
        #expect(sum.contains("OK"))
        #expect(try server.latchkey(["backup", file], expecting: 1).contains("already"))
        // While the server runs, nothing is restored over its database.
        #expect(try server.latchkey(["restore", file, "--replace"], expecting: 1).contains("running"))
        // Nor by a command with the settings of another server.
        let second = ["LATCHKEY_SESSION_SERVER_NAME": "second"]
        let refusal = try server.latchkey(["restore", file, "--replace"], settings: second, expecting: 1)
        #expect(refusal.contains("a server is running on"))
        #expect(!FileManager.default.fileExists(atPath: server.database + ".replaced"))
        #expect(await server.stop() == 0)

        let before = try Self.rows(server)
        #expect(try server.latchkey(["restore", file], expecting: 1).contains("--replace"))
        #expect(try server.latchkey(["restore", file, "--replace"]).contains(".replaced"))
        let restored = try Self.rows(server)
        // What was answered before the backup began is in it.
        #expect(restored <= before && restored >= first)
        #expect(try server.latchkey(["user", "list", "--group", "12345"]).contains("dana"))
        #expect(try server.latchkey(["audit", "list", "--limit", "1"]).contains("restored"))
        // The old one was moved with its log: nothing of it is lost.
        #expect(try Self.rows(server, ["LATCHKEY_DATABASE_PATH": server.database + ".replaced"]) == before)
        try await server.start()
        #expect(try await Self.signIn(server, 1) == 1)
        await server.stop()
    }

    @Test func `what is not whole, or belongs to another key, is refused and changes nothing`() async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        try server.latchkey(["apikey", "create", "--group", "12345"])
        let file = server.folder + "/backup.sqlite"
        try server.latchkey(["backup", file])
        let original = try Data(contentsOf: URL(filePath: file))
        let database = try Data(contentsOf: URL(filePath: server.database))
        func restore(_ words: String, settings: [String: String] = [:]) throws {
            let text = try server.latchkey(["restore", file, "--replace"], settings: settings, expecting: 1)
            #expect(text.contains(words), "\(text)")
            #expect(try Data(contentsOf: URL(filePath: server.database)) == database)
        }
        var damaged = original
        damaged[damaged.count / 2] ^= 1
        for bad in [damaged, original.prefix(5000), Data()] {
            try bad.write(to: URL(filePath: file))
            try restore("does not have the checksum")
        }
        try original.write(to: URL(filePath: file))
        try Data("not a database".utf8).write(to: URL(filePath: file))
        let sum = try Tool.run("/usr/bin/sha256sum", [file])
        try Data(sum.utf8).write(to: URL(filePath: file + ".sha256"))
        try restore("was not restored")
        try original.write(to: URL(filePath: file))
        try Data(try Tool.run("/usr/bin/sha256sum", [file]).utf8).write(to: URL(filePath: file + ".sha256"))
        try restore(
            "master key does not belong",
            settings: ["LATCHKEY_MASTER_KEY_VALUE": Data(repeating: 7, count: 32).base64EncodedString()]
        )
        try FileManager.default.removeItem(atPath: file + ".sha256")
        try restore("there is no checksum")
        let names = try FileManager.default.contentsOfDirectory(atPath: server.folder)
        #expect(!names.contains { $0.contains(".restored") || $0.contains(".replaced") || $0.contains(".part") })
    }
}
