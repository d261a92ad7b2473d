import Foundation
import NIOHTTP1
import Testing

/// The command line as an administrator uses it.
@Suite struct CommandTests {
    private func newGroup() async throws -> ServerProcess {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        return server
    }

    private func write(_ text: String, _ name: String, _ server: ServerProcess) throws -> String {
        let path = server.folder + "/" + name
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func `imports users from CSV, all or none, naming every wrong line`() async throws {
        let server = try await newGroup()
        let header = "FirstName,LastName,Email,Phone,GlanceAddress,Password,PartnerUID\n"
        let wrong = try write(
            header + "A,B,a@x,,a,,1\nA,B,a@x,,,,2\nA,B,a@x,,c,short,3\nA,B,a@x,,d,,1\nA,B,a@x,,e, ,\n",
            "wrong.csv",
            server
        )
        let refused = try server.latchkey(["user", "import", wrong, "--group", "12345"], expecting: 1)
        for line in ["line 3", "line 4", "line 5", "line 6"] {
            #expect(refused.contains(line), "\(refused)")
        }
        #expect(!refused.contains("line 2:"))
        #expect(try server.latchkey(["user", "list", "--group", "12345"]).contains("has no users"))
        let good = try write(header + "Åsa,\"Berg, Dr\",a@x,,a,,1\nB,C,b@x,,b,longenough,2\n", "good.csv", server)
        #expect(try server.latchkey(["user", "import", good, "--group", "12345"]).contains("2 users"))
        #expect(try server.latchkey(["user", "list", "--group", "12345"]).contains("Åsa Berg, Dr"))
        let again = try server.latchkey(["user", "import", good, "--group", "12345"], expecting: 1)
        #expect(again.contains("taken"))
    }

    @Test func `imports what spreadsheets write, and names the line of what cannot be meant`() async throws {
        let server = try await newGroup()
        let header = "GlanceAddress;PartnerUID;FirstName\r\n"
        let good = try write("\u{FEFF}" + header + "a;1;A\r\n\r\nb;2;B\r\n;;;;\r\n\r\n", "good.csv", server)
        #expect(try server.latchkey(["user", "import", good, "--group", "12345"]).contains("2 users"))
        for (text, finding) in [
            ("GlanceAddress,PartnerUID,PartnerUID\nc,3,3\n", "line 1: the column \"PartnerUID\" is there twice"),
            ("GlanceAddress,PartnerUID\nc,3\n\nd,4,x\n", "line 4: it has more fields than columns"),
        ] {
            let wrong = try write(text, "wrong.csv", server)
            let refused = try server.latchkey(["user", "import", wrong, "--group", "12345"], expecting: 1)
            #expect(refused.contains(finding), "\(refused)")
        }
    }

    @Test(arguments: [
        ("\u{FEFF}a secret of some length\r\n", "byte order mark", Int32(0)),
        ("secret\nother\n", "more than one line", 1),
        (" secret", "a blank", 1), ("secret \n", "a blank", 1), ("sec\u{FEFF}ret", "invisible", 1),
        ("\"a secret of some length\"\n", "in quotes", 1), ("'a secret of some length'", "in quotes", 1),
    ])
    func `says what is in a file beside the secret`(_ text: String, _ finding: String, _ status: Int32) async throws {
        let server = try await newGroup()
        let file = try write(text, "secret", server)
        let arguments = ["apikey", "create", "--group", "12345", "--import", file]
        let answer = try server.latchkey(arguments, expecting: status)
        #expect(answer.contains(finding), "\(answer)")
        // The same by standard input, on a server that has not this key yet, and for a password.
        let other = try await newGroup()
        let typed = try other.latchkey(arguments.dropLast() + ["-"], input: text, expecting: status)
        #expect(typed.contains(finding), "\(typed)")
        // A password may be in quotes.
        for (name, source) in finding == "in quotes" ? [] : [("pat", file), ("sam", "-")] {
            let user = ["user", "add", "--group", "12345", "--username", name, "--password-file", source]
            let said = try server.latchkey(user, input: text, expecting: status)
            #expect(said.contains(finding), "\(said)")
        }
    }

    @Test func `takes an origin with a slash, and says what is wrong with another`() async throws {
        let server = try await newGroup()
        let set = ["group", "update", "12345", "--origin"]
        try server.latchkey(set + ["https://acme.my.salesforce.com/"])
        for (origin, finding) in [
            ("https://acme.example/path", "leave the path out"), ("http://acme.example", "plain http"),
            ("acme.example", "begins with https://"), ("https://*.acme.example", "names one host"),
        ] {
            let answer = try server.latchkey(set + [origin], expecting: 64)
            #expect(answer.contains(finding), "\(answer)")
        }
    }

    @Test func `shows a new API key once, takes over an old one, and warns of weak ones`() async throws {
        let server = try await newGroup()
        let created = try server.latchkey(["apikey", "create", "--group", "12345", "--label", "new"])
        let key = try #require(created.firstMatch(of: /[A-Za-z0-9_-]{43}/)).0
        #expect(try !server.latchkey(["apikey", "list", "--group", "12345"]).contains(key))
        let imported = try server.latchkey(
            ["apikey", "create", "--group", "12345", "--import", "-"],
            input: "mySecret\n"
        )
        #expect(imported.contains("Warning"))
        #expect(!imported.contains("mySecret"))
        let twice = try server.latchkey(
            ["apikey", "create", "--group", "12345", "--import", "-"],
            input: "mySecret",
            expecting: 1
        )
        #expect(twice.contains("given to a group before"))
        try server.latchkey(["apikey", "revoke", "2", "--group", "12345"])
        #expect(try server.latchkey(["apikey", "list", "--group", "12345"]).contains("revoked"))
        #expect(try server.latchkey(["audit", "verify"]).contains("unbroken"))
    }

    @Test func `every command that administers teaches by an example, and prints JSON when asked`() async throws {
        let server = try await newGroup()
        for command in [
            "group create", "group update", "group show", "group list", "group delete", "user show", "user update",
            "user delete", "session list", "session show", "session end", "salesforce list", "salesforce show",
            "salesforce disconnect", "backup", "restore", "open", "apikey create", "apikey list", "apikey retire",
            "apikey revoke", "user add", "user list", "user suspend", "user activate", "user administrator",
            "user password", "user disconnect-clients", "user import", "role create", "role update", "role assign",
            "role list", "key make", "key explain", "audit list", "audit verify", "salesforce connect", "oidc connect",
            "oidc list", "oidc disconnect", "saml connect", "saml list", "saml disconnect", "token create",
            "token list",
            "token revoke",
        ] {
            let help = try server.latchkey(["help"] + command.split(separator: " ").map(String.init))
            #expect(help.contains("Example") && help.contains("latchkey \(command)"), "\(command)")
            #expect(help.contains("--json"), "\(command)")
        }
        func run(_ command: String, _ input: String = "") throws -> [String: Any] {
            let arguments = command.split(separator: " ").map(String.init) + ["--json"]
            let text = try server.latchkey(arguments, input: input)
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
            return try #require(object as? [String: Any], "\(command): \(text)")
        }
        #expect(try run("role create Joiner --group 12345 --privilege viewVideo")["name"] as? String == "Joiner")
        let added = try run("user add --group 12345 --puid j --username joe --role Joiner")
        #expect(added["id"] as? Int == 1 && added["role"] as? String == "Joiner")
        #expect(try run("user suspend joe --group 12345")["state"] as? String == "suspended")
        #expect(try run("user activate joe --group 12345")["state"] as? String == "active")
        #expect(try run("user administrator joe --group 12345")["isAdministrator"] as? Bool == true)
        let password = "user password joe --group 12345 --password-file -"
        #expect(try run(password, "correct horse battery")["username"] as? String == "joe")
        #expect(try run("role update Joiner --group 12345")["privileges"] as? [String] == [])
        #expect(try run("role assign joe --group 12345")["user"] as? String == "joe")
        #expect(try run("user disconnect-clients joe --group 12345")["disconnected"] as? Int == 0)
        #expect(try run("apikey create --group 12345")["id"] as? Int == 1)
        #expect(try run("apikey retire 1 --group 12345")["state"] as? String == "retiring")
        #expect(try run("apikey revoke 1 --group 12345")["state"] as? String == "revoked")
        #expect(try run("group update 12345 --origin https://a.example --site staging")["site"] as? String == "staging")
        #expect(try run("group update 12345 --no-origins")["origins"] as? [String] == [])
        #expect(try run("audit verify")["isUnbroken"] as? Bool == true)
    }

    @Test func `finds that the newest audit rows are gone by a hash that was noted`() async throws {
        let server = try await newGroup()
        let text = try server.latchkey(["audit", "verify"])
        let noted = String(try #require(text.firstMatch(of: /hash (\S{43})/)).output.1)
        try server.latchkey(["apikey", "create", "--group", "12345"])
        #expect(try server.latchkey(["audit", "verify", "--noted", noted]).contains("unbroken"))
        try Tool.run("/usr/bin/sqlite3", [server.database, "DELETE FROM audit"])
        #expect(
            try server.latchkey(["audit", "verify", "--noted", noted], expecting: 1).contains("none has the noted")
        )
        #expect(try server.latchkey(["audit", "verify", "--noted", "x"], expecting: 1).contains("43 characters"))
    }

    @Test func `connects an organisation only to a group that has an API key, and trusts no parameters unasked`()
        async throws
    {
        let server = try await newGroup()
        func connect(_ id: String, _ more: [String] = [], expecting status: Int32) throws -> String {
            try server.latchkey(
                ["salesforce", "connect", id, "--group", "12345"] + more,
                settings: ["LATCHKEY_CONSUMER_SECRET": "0123456789abcdef"],
                expecting: status
            )
        }
        let id = "00DFk0000001234MAA"
        for wrong in ["00D", "00DFk0000001234AAA", "00Dfk0000001234MAA", "001Fk0000001234"] {
            #expect(try connect(wrong, expecting: 1).contains("15 or 18 letters and digits"), "\(wrong)")
        }
        #expect(try connect(id, expecting: 1).contains("has no valid secret"))
        try server.latchkey(["apikey", "create", "--group", "12345"])
        #expect(try connect(id, expecting: 0).contains("is connected"))
        #expect(try connect("00DFk0000001234", expecting: 0).contains(id))
        #expect(try server.latchkey(["salesforce", "show", "00DFk0000001234"]).contains(id))
        let parameter = ["--user-field", "parameters.FederationIdentifier"]
        #expect(try connect(id, parameter, expecting: 1).contains("choose Canvas parameters in the browser"))
        #expect(try connect(id, parameter + ["--trust-canvas-parameters"], expecting: 0).contains("is connected"))
        #expect(
            try server.latchkey(["group", "create", "12345", "--name", "x"], expecting: 1).contains("already exists")
        )
    }

    @Test func `explains good and bad credentials, with an exit code for scripts`() async throws {
        let server = try await newGroup()
        try server.latchkey(["apikey", "create", "--group", "12345"])
        try server.latchkey(["user", "add", "--group", "12345", "--puid", "joe", "--username", "joe"])
        let key = try server.latchkey(["key", "make", "--group", "12345", "--user", "joe"])
            .trimmingCharacters(in: .newlines)
        let good = "partnerid=12345&partneruserid=joe&loginkey=\(key)"
        #expect(try server.latchkey(["key", "explain", good]).contains("would be accepted"))
        let bad = try server.latchkey(
            ["key", "explain", "-"],
            input: good.replacing("=joe", with: "=jane"),
            expecting: 1
        )
        #expect(bad.contains("another user of the group, joe"))
        #expect(bad.contains("FAIL"))
    }

    @Test func `will not open a store with a master key that others can read, or with none`() async throws {
        let server = try await newGroup()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: server.masterKeyFile)
        #expect(try server.latchkey(["group", "list"], expecting: 1).contains("chmod 600"))
        try FileManager.default.removeItem(atPath: server.masterKeyFile)
        #expect(try server.latchkey(["group", "list"], expecting: 1).contains("is missing"))
    }

    @Test func `lists every setting with its variable, and the variables work`() async throws {
        let server = try await ServerProcess(
            .demo,
            settings: ["LATCHKEY_HTTP_PUBLIC_URL": "https://x.example", "LATCHKEY_SIGN_IN_CLOCK_TOLERANCE": "many"]
        )
        #expect(try server.latchkey(["configuration"]).contains("LATCHKEY_HTTP_PUBLIC_URL"))
        #expect(try server.latchkey(["serve"], expecting: 1).contains("signIn.clockTolerance is \"many\""))
    }

    @Test func `says which file and which key of the configuration is wrong`() async throws {
        let server = try await ServerProcess(.serve)
        let file = server.folder + "/latchkey.json"
        func refusal(_ text: String, _ settings: [String: String] = [:]) throws -> String {
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            return try server.latchkey(["serve", "--config", file], settings: settings, expecting: 1)
        }
        #expect(try refusal(#"{"http": {"port": 1, "prot": 2}}"#).contains("http.prot"))
        #expect(try refusal("{").contains("\(file) is not a JSON object"))
        try FileManager.default.removeItem(atPath: file)
        #expect(
            try server.latchkey(["serve", "--config", file], expecting: 1).contains("\(file) cannot be read")
        )
        #expect(try refusal("{}", ["LATCHKEY_HTTP_ALIASES": "https://a.example, b"]).contains("http.aliases is"))
        let tls = ["LATCHKEY_TLS_CERTIFICATE_FILE": "/nowhere.pem", "LATCHKEY_TLS_KEY_FILE": "/nowhere.key"]
        #expect(try refusal("{}", tls).contains("tls.certificateFile is \"/nowhere.pem\""))
    }

    @Test func `flags win over the environment, the environment over the file, the file over the defaults`()
        async throws
    {
        let server = try await ServerProcess(.serve)
        let file = server.folder + "/latchkey.json"
        func used(_ settings: [String: String] = [:], _ flags: [String] = []) throws -> String? {
            // Plain HTTP is refused on other addresses than the loopback: the refusal names the address.
            let refusal = try server.latchkey(["serve", "--config", file] + flags, settings: settings, expecting: 1)
            return refusal.firstMatch(of: /plain HTTP on (\S+)/).map { String($0.output.1) }
        }
        try #"{"http": {"host": "192.0.2.1"}}"#.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try used() == "192.0.2.1")
        #expect(try used(["LATCHKEY_HTTP_HOST": "192.0.2.2"]) == "192.0.2.2")
        #expect(try used(["LATCHKEY_HTTP_HOST": "192.0.2.2"], ["--host", "192.0.2.3"]) == "192.0.2.3")
    }

    @Test func `says where to click at once, into a file too, with a command that can be run as it stands`()
        async throws
    {
        let server = try await ServerProcess(.demo)
        try await server.start()
        var greeting = ""
        // It is written just after the port was opened, which other requests tell the time of.
        for _ in 0..<1000 where !greeting.contains("Ctrl-C") {
            _ = try await HTTP.send(.GET, server.url + "/healthz")
            greeting = try String(contentsOfFile: server.log, encoding: .utf8)
        }
        #expect(greeting.contains("\(server.url)/demo/crm"))
        let program = try #require(greeting.firstMatch(of: /(\S+latchkey) audit list/)?.output.1)
        #expect(FileManager.default.isExecutableFile(atPath: String(program)))
        #expect(await server.stop() == 0)
    }

    @Test func `the table of settings in the documents is the one that is printed`() async throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let document = tests.deletingLastPathComponent().appending(path: "docs/configuration.md")
        let rows = try String(contentsOf: document, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("| `") }
        struct Setting: Decodable {
            let key: String
            let variable: String
            let standard: String
            let help: String
            let isSecret: Bool

            var row: String {
                let standard = standard.isEmpty ? "" : "`\(standard)`"
                return "| `\(key)` | `\(variable)` | \(standard) | \(help)\(isSecret ? " Secret." : "") |"
            }
        }
        let printed = try await ServerProcess(.serve).latchkey(["configuration", "--json"])
        let settings = try JSONDecoder().decode([Setting].self, from: Data(printed.utf8))
        #expect(settings.count > 25 && rows.map(String.init) == settings.map(\.row))
    }

    @Test func `all programs say the same version`() throws {
        let folder = ServerProcess.executable.deletingLastPathComponent()
        let versions = try ["latchkey", "latchkey-client", "latchkey-launcher", "latchkey-saml", "latchkey-window"]
            .map { folder.appending(path: $0).path }
            .filter { FileManager.default.isExecutableFile(atPath: $0) }
            .map { try Tool.run($0, ["--version"]).trimmingCharacters(in: .whitespacesAndNewlines) }
        #expect(versions.count >= 3 && Set(versions).count == 1)
        #expect(versions.first?.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+/) != nil)
    }
}
