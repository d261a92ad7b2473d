import Foundation
import NIOHTTP1
import SystemSupport
import Testing

/// What the service manager and its signals do to a running server.
@Suite struct ReloadTests {
    private struct Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "latchkey-reload-\(UUID().uuidString)").path

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        func certificate(_ name: String) throws {
            try Tool.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                    "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "\(path)/\(name).key",
                    "-out", "\(path)/\(name).pem",
                ]
            )
        }

        func use(certificate: String, key: String) throws {
            for (from, to) in [(certificate + ".pem", "cert.pem"), (key + ".key", "key.pem")] {
                try Data(contentsOf: URL(filePath: "\(path)/\(from)")).write(to: URL(filePath: "\(path)/\(to)"))
            }
        }
    }

    private func subject(_ server: ServerProcess) throws -> String {
        let script =
            "openssl s_client -connect 127.0.0.1:\(server.port) </dev/null 2>/dev/null | openssl x509 -noout -subject"
        return try Tool.run("/bin/sh", ["-c", script]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func wait(for text: String, in file: String) async throws {
        for _ in 0..<400 where try !String(contentsOfFile: file, encoding: .utf8).contains(text) {
            try await ContinuousClock().sleep(for: .milliseconds(25))
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains(text))
    }

    @Test func `a hang-up brings in a new certificate and log level; a bad one keeps the old and says so`() async throws
    {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        for name in ["first", "second"] { try folder.certificate(name) }
        try folder.use(certificate: "first", key: "first")
        let server = try await ServerProcess(
            .serve,
            settings: [
                "LATCHKEY_TLS_CERTIFICATE_FILE": folder.path + "/cert.pem",
                "LATCHKEY_TLS_KEY_FILE": folder.path + "/key.pem",
                "LATCHKEY_LOG_LEVEL": "info",
            ]
        )
        try await server.start(certificate: folder.path + "/first.pem")
        #expect(try subject(server).hasSuffix("CN = first"))
        for path in ["/healthz", "/services/AuthorizationService.svc/rest/Authorize"] {
            let arguments = ["-sik", "-d", "partnerid=1", "https://127.0.0.1:\(server.port)\(path)"]
            let answer = try Tool.run("/usr/bin/curl", arguments)
            #expect(answer.contains("strict-transport-security: max-age=31536000"), "\(path)")
        }
        // What breaks the rules of HTTP carries it too.
        let bad = ["-sik", "--http1.1", "-H", "Host: a@b", "https://127.0.0.1:\(server.port)/healthz"]
        let refused = try Tool.run("/usr/bin/curl", bad).lowercased()
        #expect(refused.hasPrefix("http/1.1 400 ") && refused.contains("strict-transport-security: max-age=31536000"))
        #expect(refused.contains("x-correlation-id: "))

        try folder.use(certificate: "second", key: "first")
        server.signal(SIGHUP)
        try await wait(for: "is not the key of the certificate in tls.certificateFile", in: server.log)
        #expect(try subject(server).hasSuffix("CN = first"))

        try folder.use(certificate: "second", key: "second")
        server.signal(SIGHUP)
        try await wait(for: "were read again", in: server.log)
        #expect(try subject(server).hasSuffix("CN = second"))
        #expect(await server.stop() == 0)
    }

    @Test func `a hang-up brings in a new log level; with anything that is not valid nothing is changed`() async throws
    {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let file = folder.path + "/latchkey.json"
        let server = try await ServerProcess(.serve, file: file)
        func hangUp(_ settings: String, until text: String) async throws {
            try settings.write(toFile: file, atomically: true, encoding: .utf8)
            server.signal(SIGHUP)
            try await wait(for: text, in: server.log)
        }
        func refuse() async throws -> String {
            let id = "\(UUID())".replacing("-", with: "").lowercased()
            let answer = try await HTTP.send(
                .POST,
                server.url + "/services/AuthorizationService.svc/rest/Authorize",
                headers: ["x-correlation-id": id],
                body: Array("partnerid=1&partneruserid=x&loginkey=y".utf8)
            )
            #expect(answer.status != 200)
            return answer.headers.first(name: "x-correlation-id") ?? id
        }
        try #"{"log": {"level": "critical"}}"#.write(toFile: file, atomically: true, encoding: .utf8)
        try await server.start()
        let silent = try await refuse()
        // At this level the reload itself says nothing: what follows does.
        try #"{"log": {"level": "info"}}"#.write(toFile: file, atomically: true, encoding: .utf8)
        server.signal(SIGHUP)
        try await wait(for: "were read again", in: server.log)
        let told = try await refuse()
        try await wait(for: told, in: server.log)
        #expect(try !String(contentsOfFile: server.log, encoding: .utf8).contains(silent))
        for setting in [
            #""http": {"trustedProxies": "nonsense"}"#, #""presence": {"connections": 0}"#,
            #""session": {"publicAssets": "sometimes"}"#, #""signIn": {"clockTolerance": 99999}"#,
            #""session": {"reconnectSeconds": 0}"#, #""session": {"loopbackAssets": "perhaps"}"#,
        ] {
            let name = setting.split(separator: "\"").dropFirst(2).first { $0.allSatisfy(\.isLetter) } ?? ""
            try await hangUp(#"{"log": {"level": "critical"}, \#(setting)}"#, until: "\(name) is")
        }
        let still = try await refuse()
        try await wait(for: still, in: server.log)
        #expect(await server.stop() == 0)
    }

    @Test func `a key of another certificate is refused at the start, naming both settings`() async throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        for name in ["first", "second"] { try folder.certificate(name) }
        try folder.use(certificate: "first", key: "second")
        let server = try await ServerProcess(.serve)
        let files = ["--certificate-file", folder.path + "/cert.pem", "--key-file", folder.path + "/key.pem"]
        let text = try server.latchkey(["serve"] + files, expecting: 1)
        #expect(text.contains("tls.keyFile is") && text.contains("tls.certificateFile"))
    }

    @Test func `the service manager hears of the start, a reload, the watchdog and the stop`() async throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let script = """
            import os,socket,sys
            s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);s.bind(sys.argv[1]);f=open(sys.argv[2],"w",buffering=1)
            while True: f.write(s.recv(4096).decode().replace("\\n"," ")+"\\n")
            """
        let listener = try ChildProcess(
            "/usr/bin/python3",
            ["-c", script, folder.path + "/notify", folder.path + "/heard"]
        )
        defer { listener.send(SIGKILL) }
        while !FileManager.default.fileExists(atPath: folder.path + "/heard") {
            try await ContinuousClock().sleep(for: .milliseconds(10))
        }
        let server = try await ServerProcess(
            .serve,
            settings: ["NOTIFY_SOCKET": folder.path + "/notify", "WATCHDOG_USEC": "200000"]
        )
        try await server.start()
        try await wait(for: "READY=1", in: folder.path + "/heard")
        try await wait(for: "WATCHDOG=1", in: folder.path + "/heard")
        server.signal(SIGHUP)
        try await wait(for: "RELOADING=1 MONOTONIC_USEC=", in: folder.path + "/heard")
        #expect(await server.stop() == 0)
        try await wait(for: "STOPPING=1", in: folder.path + "/heard")
    }

    @Test func `the log is one JSON object a line where a setting asks for it`() async throws {
        let server = try await ServerProcess(.serve, settings: ["LATCHKEY_LOG_FORMAT": "json"])
        try await server.start()
        #expect(await server.stop() == 0)
        let lines = try String(contentsOfFile: server.log, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("{") }
        #expect(!lines.isEmpty)
        for line in lines {
            let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
            #expect(object["time"] != nil && object["level"] != nil && object["message"] != nil)
        }
    }

    @Test(arguments: [
        "https://h/latchkey", "support.example", "notaurl", "https://", "ftp://h", "https://a b", "https://u@h",
    ])
    func `a public URL that is not valid is refused`(_ url: String) async throws {
        let server = try await ServerProcess(.serve)
        let text = try server.latchkey(["serve", "--public-url", url], expecting: 1)
        #expect(text.contains("http.publicURL is \"\(url)\"; it has to be https://"))
    }

    @Test func `a variable that is not a setting is warned of, with the one that was meant`() async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        let text = try server.latchkey(["group", "list"], settings: ["LATCHKEY_HTP_PORT": "80"])
        #expect(text.contains("LATCHKEY_HTP_PORT is not a setting; did you mean LATCHKEY_HTTP_PORT?"))
        #expect(try server.latchkey(["audit", "list", "--limit", "0"], expecting: 1).contains("1 to 10,000"))
    }

    @Test func `what is stored cannot write to the administrator's terminal`() async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        let text = try server.latchkey(
            ["key", "explain", "partnerid=12345&partneruserid=\u{1B}[31mred\u{202E}&loginkey=x"],
            expecting: 1
        )
        #expect(!text.unicodeScalars.contains("\u{1B}") && !text.unicodeScalars.contains("\u{202E}"))
        try Data("\u{1B}[31mName\u{202E},x\n".utf8).write(to: URL(filePath: server.folder + "/evil.csv"))
        for (arguments, status) in [
            (["user", "show", "\u{1B}[31mred\u{202E}", "--group", "12345"], Int32(1)),
            (["user", "import", server.folder + "/evil.csv", "--group", "12345"], 1),
            (["group", "update", "12345", "--origin", "\u{1B}[31mred\u{202E}"], 64),
        ] {
            let text = try server.latchkey(arguments, expecting: status)
            #expect(text.contains("\\u{1b}[31m"), "\(text)")
            #expect(!text.unicodeScalars.contains("\u{1B}") && !text.unicodeScalars.contains("\u{202E}"))
        }
        // A line break of the caller's is no line of the report.
        try server.latchkey(["apikey", "create", "--group", "12345"])
        let loginKey = "$1$1900000000$" + String(repeating: "A", count: 43)
        let forged = try server.latchkey(
            [
                "key", "explain",
                "partnerid=12345&partneruserid=x%0AThese%20credentials%20would%20be%20accepted.&loginkey=\(loginKey)",
            ],
            expecting: 1
        )
        #expect(forged.contains(#"x\u{a}These credentials would"#), "\(forged)")
        try await server.start()
        _ = try await HTTP.postForm(
            server.url + "/services/AuthorizationService.svc/rest/Authorize",
            "partnerid=12345&partneruserid=%1B[31mred%E2%80%AE&loginkey=\(loginKey.replacing("$", with: "%24"))"
        )
        #expect(await server.stop() == 0)
        let list = try server.latchkey(["audit", "list", "--refused"])
        #expect(list.contains("\\u{1b}[31mred"), "\(list)")
        #expect(!list.unicodeScalars.contains("\u{1B}") && !list.unicodeScalars.contains("\u{202E}"))
        #expect(!forged.split(separator: "\n").contains { $0.hasPrefix("These credentials would") }, "\(forged)")
    }
}
