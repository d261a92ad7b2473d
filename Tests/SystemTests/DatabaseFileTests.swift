import Foundation
import NIOHTTP1
import SystemSupport
import Testing

/// What the operator is told about the database and its key, file by file.
@Suite struct DatabaseFileTests {
    private func newGroup() throws -> (String, (_ arguments: [String], _ status: Int32) throws -> String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "latchkey-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let run = { (arguments: [String], status: Int32) in
            let result = try ChildProcess.run(
                ServerProcess.executable.path,
                arguments,
                environment: ["PATH": "/usr/bin:/bin"],
                folder: folder,
                withErrors: true
            )
            #expect(result.ending == .exited(status), "\(arguments): \(result.output)")
            return result.output
        }
        return (folder, run)
    }

    @Test(arguments: [
        ["group", "list"], ["audit", "list"], ["user", "list", "--group", "12345"],
        ["apikey", "create", "--group", "12345"],
        ["key", "explain", "partnerid=12345"], ["group", "update", "12345", "--name", "x"],
        ["group", "list", "--database", "latchkey.sqlit"],
    ])
    func `only what makes a group or serves makes a database`(_ arguments: [String]) throws {
        let (folder, latchkey) = try newGroup()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = try latchkey(arguments, 1)
        #expect(text.contains("there is no database latchkey.sqlit") && text.contains("--database"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    @Test func `a name of one letter is a file like any other`() throws {
        let (folder, latchkey) = try newGroup()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try latchkey(["group", "create", "12345", "--name", "Acme", "--database", "d"], 0)
        #expect(try latchkey(["group", "list", "--database", "d"], 0).contains("Acme"))
        _ = try latchkey(["backup", "b", "--database", "d"], 0)
        _ = try latchkey(["restore", "b", "--database", "r"], 0)
        #expect(try latchkey(["group", "list", "--database", "r"], 0).contains("Acme"))
        #expect(try latchkey(["group", "list", "--database", "x"], 1).contains("there is no database x"))
    }

    @Test(arguments: ["-wal", "-shm"])
    func `what is beside a database must not be open to others either`(_ end: String) throws {
        let (folder, latchkey) = try newGroup()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try latchkey(["group", "create", "12345", "--name", "Acme"], 0)
        let file = folder + "/latchkey.sqlite" + end
        try Data().write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        #expect(try latchkey(["group", "list"], 1).contains("latchkey.sqlite\(end) is readable by others"))
    }

    @Test func `a database or a key that others can read is refused, a link to a key of its own is taken`() throws {
        let (folder, latchkey) = try newGroup()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try latchkey(["group", "create", "12345", "--name", "Acme"], 0)
        for file in ["latchkey.sqlite", "latchkey.key"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder + "/" + file)
            #expect(try latchkey(["group", "list"], 1).contains("\(file) is readable by others; run: chmod 600"))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/" + file)
        }
        let secret = folder + "/secret"
        try FileManager.default.moveItem(atPath: folder + "/latchkey.key", toPath: secret)
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: secret)
        try FileManager.default.createSymbolicLink(atPath: folder + "/latchkey.key", withDestinationPath: secret)
        #expect(try latchkey(["group", "list"], 0).contains("Acme"))
    }

    @Test func `a link to a database is the database, and its mode counts in a folder with a blank`() throws {
        let (folder, latchkey) = try newGroup()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/a b", withIntermediateDirectories: true)
        let file = folder + "/a b/latchkey.sqlite"
        _ = try latchkey(["group", "create", "12345", "--name", "Acme", "--database", file], 0)
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/link.sqlite",
            withDestinationPath: "a b/latchkey.sqlite"
        )
        #expect(try latchkey(["group", "list", "--database", "link.sqlite"], 0).contains("Acme"))
        _ = try latchkey(["backup", "backup.sqlite", "--database", "link.sqlite"], 0)
        #expect(
            try latchkey(["restore", "backup.sqlite", "--replace", "--database", "link.sqlite"], 0).contains("a b")
        )
        #expect(try latchkey(["group", "list", "--database", file], 0).contains("Acme"))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        #expect(try latchkey(["group", "list", "--database", file], 1).contains("is readable by others"))
    }

    @Test func `a database belongs to the key that it was made with, before it has a secret`() throws {
        let (folder, latchkey) = try newGroup()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try latchkey(["group", "create", "12345", "--name", "Acme"], 0)
        _ = try latchkey(["backup", "backup.sqlite"], 0)
        _ = try latchkey(
            ["group", "create", "1", "--name", "x", "--database", "x.sqlite", "--master-key-file", "x.key"],
            0
        )
        let other = ["--master-key-file", "x.key"]
        let refused = "the master key does not belong to the database"
        let text = try latchkey(["apikey", "create", "--group", "12345"] + other, 1)
        // Which of several kept keys it is can be told by the names.
        let names = text.firstMatch(
            of: /made with the master key ([0-9a-f]{8}), and this is the master key ([0-9a-f]{8})/
        )
        let (_, own, foreign) = try #require(names?.output)
        #expect(text.contains(refused) && own != foreign)
        #expect(try latchkey(["backup", "named.sqlite"], 0).contains("The master key \(own) is not in it"))
        _ = try latchkey(["apikey", "create", "--group", "12345"], 0)

        let restore = ["restore", "backup.sqlite", "--database", "new.sqlite", "--master-key-file"]
        #expect(try latchkey(restore + ["x.key"], 1).contains("does not belong to it"))
        #expect(try latchkey(restore + ["no.key"], 1).contains("the master key file no.key is missing"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(!left.contains("no.key") && !left.contains("new.sqlite") && !left.contains("new.sqlite.restored"))
        _ = try latchkey(restore + ["latchkey.key"], 0)
        // What is left of a server that lost its database is not a new server's without a word.
        let wrong = ["--port", "0", "--public-url", "not a URL"]
        #expect(try latchkey(["serve", "--database", "lost.sqlite"] + wrong, 1).contains("a new one is made under"))
        let first = ["serve", "--database", "first.sqlite", "--master-key-file", "first.key"]
        let said = try latchkey(first + wrong, 1)
        #expect(said.contains("public") && !said.contains("Warning"))
    }

    @Test func `another key, another version and a file that is cut off are named`() throws {
        let (folder, latchkey) = try newGroup()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try latchkey(["group", "create", "12345", "--name", "Acme"], 0)
        _ = try latchkey(["apikey", "create", "--group", "12345"], 0)
        try FileManager.default.moveItem(atPath: folder + "/latchkey.key", toPath: folder + "/own.key")
        _ = try latchkey(["group", "create", "12345", "--name", "Other", "--database", "other.sqlite"], 0)
        #expect(try latchkey(["group", "list"], 1).contains("does not belong to the database latchkey.sqlite"))
        let own = ["--master-key-file", "own.key"]
        #expect(try latchkey(["group", "list"] + own, 0).contains("Acme"))

        func sql(_ text: String) throws {
            let script = "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);c.execute(sys.argv[2]);c.commit()"
            try Tool.run("/usr/bin/python3", ["-c", script, folder + "/latchkey.sqlite", text])
        }
        try sql("INSERT INTO grdb_migrations VALUES ('99')")
        let newer = try Data(contentsOf: URL(filePath: folder + "/latchkey.sqlite"))
        for arguments in [
            ["group", "list"], ["group", "create", "1", "--name", "x"], ["apikey", "create", "--group", "12345"],
            ["backup", "newer.sqlite"], ["serve"],
        ] {
            #expect(try latchkey(arguments + own, 1).contains("was written by a newer version of Latchkey"))
            // Not a byte of it is changed.
            #expect(try Data(contentsOf: URL(filePath: folder + "/latchkey.sqlite")) == newer, "\(arguments)")
        }
        try sql("DELETE FROM grdb_migrations WHERE identifier IN ('99', '4')")
        #expect(try latchkey(["group", "list"] + own, 1).contains("is of an older version: start `latchkey serve`"))
        let reason = "cannot be brought up to date"
        #expect(try latchkey(["serve", "--port", "0"] + own, 1).contains(reason))
        try sql("INSERT INTO grdb_migrations VALUES ('4')")

        let file = try FileHandle(forUpdating: URL(filePath: folder + "/latchkey.sqlite"))
        try file.truncate(atOffset: 20_000)
        try file.close()
        #expect(try latchkey(["group", "list"] + own, 1).contains("is cut off"))
        try Data("not a database at all, but longer than its header".utf8)
            .write(to: URL(filePath: folder + "/x.sqlite"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/x.sqlite")
        #expect(
            try latchkey(["group", "list", "--database", "x.sqlite"] + own, 1).contains("is not an SQLite database")
        )
        #expect(
            try latchkey(["group", "create", "1", "--name", "x", "--database", "no/x.sqlite"], 1)
                .contains("no folder no")
        )
    }

    @Test func `a database that is cut off under a running server ends nothing`() async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        try server.latchkey(["apikey", "create", "--group", "12345"])
        try await server.start()
        #expect(try await HTTP.send(.GET, server.url + "/readyz").status == 200)
        let file = try FileHandle(forUpdating: URL(filePath: server.database))
        try file.truncate(atOffset: 8192)
        try file.close()
        #expect(try await HTTP.send(.GET, server.url + "/readyz").status == 503)
        let form = "partnerid=12345&partneruserid=005A1&loginkey=x"
        for _ in 0..<20 {
            let answer = try await HTTP.postForm(
                server.url + "/services/AuthorizationService.svc/rest/Authorize?groupid=12345",
                form
            )
            #expect([401, 429, 500, 503].contains(answer.status))
        }
        #expect(try await HTTP.send(.GET, server.url + "/healthz").status == 200)
    }

    @Test func `asking for readiness takes no lock from the server, whose rows other programs see`() async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        try await server.start()
        #expect(try await HTTP.send(.GET, server.url + "/readyz").status == 200)
        // The last program to close a database removes its log: this one is not the last.
        try server.latchkey(["user", "list", "--group", "12345"])
        #expect(FileManager.default.fileExists(atPath: server.database + "-wal"))
        let answer = try await HTTP.postForm(
            server.url + "/services/AuthorizationService.svc/rest/Authorize",
            "partnerid=12345&partneruserid=005A1&loginkey=x"
        )
        #expect(answer.status == 401)
        #expect(try server.latchkey(["audit", "list", "--refused"]).contains("unsupportedVersion"))
    }

    @Test func `a clean stop leaves one complete file`() async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        try await server.start()
        for number in 0..<7 {
            try server.latchkey([
                "user", "add", "--group", "12345", "--puid", "p\(number)", "--username", "user\(number)",
            ])
        }
        #expect(await server.stop() == 0)
        let left = try FileManager.default.contentsOfDirectory(atPath: server.folder)
        #expect(!left.contains { $0.hasSuffix("-wal") || $0.hasSuffix("-shm") }, "\(left)")
        let copy = server.folder + "/copy.sqlite"
        try FileManager.default.copyItem(atPath: server.database, toPath: copy)
        let users = try server.latchkey(["user", "list", "--group", "12345", "--database", copy])
        #expect((0..<7).allSatisfy { users.contains("user\($0)") })
    }

    @Test func `a plain copy of the database of a running server is warned of, a whole one is not`() async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        func isWarned(of file: String) throws -> Bool {
            try server.latchkey(["group", "list", "--database", file]).contains("was copied while a server had it open")
        }
        func copy(_ name: String) throws -> String {
            let copy = server.folder + "/" + name
            try FileManager.default.copyItem(atPath: server.database, toPath: copy)
            return copy
        }
        try await server.start()
        #expect(try !isWarned(of: server.database))
        let plain = try copy("plain.sqlite")
        #expect(try isWarned(of: plain))
        try server.latchkey(["backup", server.folder + "/whole.sqlite"])
        #expect(try !isWarned(of: server.folder + "/whole.sqlite"))

        // Killed: the log is beside it, and whoever opens it next takes it in, and the mark away.
        server.kill()
        for _ in 0..<2 { #expect(try !isWarned(of: server.database)) }
        #expect(try !isWarned(of: copy("recovered.sqlite")))
        try await server.start()
        await server.stop()
        #expect(try !isWarned(of: copy("stopped.sqlite")))
    }

    @Test func `of two servers on one database only the last takes the mark of use away`() async throws {
        let server = try await ServerProcess(.serve)
        let other = try await ServerProcess(
            .serve,
            settings: [
                "LATCHKEY_SESSION_SERVER_NAME": "other", "LATCHKEY_DATABASE_PATH": server.database,
                "LATCHKEY_MASTER_KEY_FILE": server.masterKeyFile,
            ]
        )
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        func isWarnedOfCopy(_ name: String) throws -> Bool {
            let copy = server.folder + "/" + name
            try FileManager.default.copyItem(atPath: server.database, toPath: copy)
            return try server.latchkey(["group", "list", "--database", copy]).contains("while a server had it open")
        }
        for (first, last) in [(server, other), (other, server)] {
            try await first.start()
            try await last.start()
            #expect(try isWarnedOfCopy("both-\(first.port).sqlite"))
            #expect(await first.stop() == 0)
            #expect(try isWarnedOfCopy("one-\(first.port).sqlite"))
            #expect(await last.stop() == 0)
            #expect(try !isWarnedOfCopy("none-\(first.port).sqlite"))
        }
    }
}
