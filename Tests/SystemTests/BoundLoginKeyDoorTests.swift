import Foundation
import Testing

/// LoginKeys of version 2 where those of version 1 are accepted, on a real server.
@Suite struct BoundLoginKeyDoorTests {
    private static let dana = "005Fk000001aBcDIAU"
    private static let authorize = "/services/AuthorizationService.svc/rest/Authorize"
    private static let viewer = "/agentjoin/AgentView.aspx"
    private static let lookup = "/services/SessionService.asmx/LookupPartnerSession2"

    private func withDemo(_ body: (ServerProcess) async throws -> Void) async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        try await body(server)
        #expect(await server.stop() == 0)
    }

    /// A LoginKey for Dana as a form, made by the command line.
    private func form(_ server: ServerProcess, _ options: [String] = []) throws -> String {
        let arguments = ["key", "make", "--group", "12345", "--user", Self.dana, "--version", "2"]
        let key = try server.latchkey(arguments + options).trimmingCharacters(in: .newlines)
        #expect(key.hasPrefix("$2$"))
        return "partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(key)"
    }

    private static let join = ["--command", "join", "--session", "4711"]

    private func status(_ server: ServerProcess, _ path: String, _ form: String) async throws -> Int {
        try await HTTP.postForm(server.url + path, form).status
    }

    @Test(
        arguments: [
            (authorize, "", [], 200), (authorize, "&command=join&sessionkey=4711", join, 200),
            (authorize, "&command=join&sessionkey=4712", join, 401), (authorize, "", join, 401),
            (authorize, "&command=join&sessionkey=4711", [], 401),
            (viewer, "&SessionKey=4711&Wait=1", join, 303), (viewer, "&VisitorId=4711&Wait=1", join, 303),
            (viewer, "&SessionKey=4712&Wait=1", join, 401), (viewer, "&SessionKey=4711&VisitorId=4712", join, 401),
            (viewer, "", join, 401), (viewer, "&SessionKey=4711", [], 401),
            (viewer, "&start=1", ["--command", "start"], 303),
            ("/cobrowse/AgentView.aspx", "&SessionKey=4711", join, 303),
            ("/agentjoin/AgentJoin.aspx", "", [], 303), ("/agentjoin/AgentJoin.aspx", "", join, 401),
            ("/agent/start", "&SessionKey=4711", join, 303), ("/agent/start", "", ["--command", "start"], 303),
            ("/agent/start", "&key=9", ["--command", "start", "--session", "9"], 303),
            ("/agent/start", "&key=8", join, 401),
            ("/account/GetLoginKey.aspx", "", [], 303), ("/account/GetLoginKey.aspx", "", join, 401),
            ("/login/default.aspx", "", [], 303), ("/login/default.aspx", "", join, 401),
            ("/services/SessionService.asmx/LookupPartnerCobrowseSession", "&ssnkey=4711", join, 200),
            (lookup, "&ssnkey=4711", join, 200), (lookup, "&ssnkey=4712", join, 401), (lookup, "&ssnkey=4711", [], 401),
            ("/services/SessionService.asmx/AgentInSession", "&ssnkey=", ["--command", "list"], 200),
            ("/services/SessionService.asmx/AgentInSession", "&ssnkey=4711", ["--command", "list"], 401),
        ] as [(String, String, [String], Int)]
    )
    func `a key opens the request that it is for, once`(
        _ path: String,
        _ parameters: String,
        _ options: [String],
        _ status: Int
    ) async throws {
        try await withDemo { server in
            let form = try form(server, options) + parameters
            #expect(try await self.status(server, path, form) == status)
            if status != 401 { #expect(try await self.status(server, path, form) == 401) }
        }
    }

    @Test func `takes a key pair's LoginKeys, and a group that insists takes no others`() async throws {
        try await withDemo { server in
            let created = try server.latchkey(["apikey", "create", "--group", "12345", "--ed25519", "--json"])
            let object = try #require(try JSONSerialization.jsonObject(with: Data(created.utf8)) as? [String: Any])
            let (pem, id) = (try #require(object["privateKey"] as? String), try #require(object["id"] as? Int))
            let file = server.folder + "/private.pem"
            try Data(pem.utf8).write(to: URL(filePath: file))
            let pair = ["--api-key-file", file, "--key-id", "\(id)"]
            #expect(try await status(server, Self.authorize, form(server, pair)) == 200)
            let listed = try server.latchkey(["apikey", "list", "--group", "12345"])
            #expect(listed.contains("Ed25519") && listed.contains("secret"))
            let wrongID = ["--api-key-file", file, "--key-id", "999"]
            #expect(try await status(server, Self.authorize, form(server, wrongID)) == 401)

            let old = try server.latchkey(["key", "make", "--group", "12345", "--user", Self.dana])
            let version1 =
                "partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(old.trimmingCharacters(in: .newlines))"
            #expect(try await status(server, Self.authorize, version1) == 200)
            try server.latchkey(["group", "update", "12345", "--require-version-2"])
            #expect(try await status(server, Self.authorize, version1) == 401)
            #expect(try server.latchkey(["audit", "list", "--group", "12345"]).contains("version1NotAllowed"))
            #expect(try server.latchkey(["group", "show", "12345"]).contains("LoginKeys of version 1  refused"))
            #expect(try await status(server, Self.authorize, form(server, pair)) == 200)
            #expect(try await status(server, Self.authorize, form(server)) == 200)
            let log = try String(contentsOfFile: server.log, encoding: .utf8)
            #expect(!log.contains(pem.split(separator: "\n")[1]) && !log.contains("$2$"))
        }
    }

    @Test func `reads public keys from files, and refuses what is none without repeating it`() async throws {
        try await withDemo { server in
            let privateKey =
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                + "-----END PRIVATE KEY-----\n"
            let create = ["apikey", "create", "--group", "12345", "--public-key", "-"]
            let refused = try server.latchkey(create, input: privateKey, expecting: 1)
            #expect(refused.contains("BEGIN PUBLIC KEY") && !refused.contains("MC4CAQ"))
            let publicKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
            #expect(try server.latchkey(create, input: publicKey).contains("Created API key"))
            #expect(try server.latchkey(create, input: publicKey, expecting: 1).contains("before"))
            let made = try server.latchkey(
                ["key", "make", "--group", "12345", "--user", Self.dana, "--api-key-file", "-"],
                input: privateKey,
                expecting: 1
            )
            #expect(made.contains("--version 2"))
        }
    }

    @Test func `the panel of a group that insists makes a key for its own click`() async throws {
        try await withDemo { server in
            try server.latchkey(["group", "update", "12345", "--require-version-2"])
            let panel = try await DemoPanel(server)
            let credentials = try await panel.credentials()
            #expect(credentials.contains("loginkey=$2$HS256$"))
            #expect(try await status(server, Self.authorize, credentials) == 401)
            #expect(try await status(server, Self.viewer, credentials + "&VisitorId=elsewhere&Wait=1") == 401)
            let click = credentials + "&VisitorId=\(DemoPanel.record)&Wait=1"
            #expect(try await status(server, Self.viewer, click) == 303)
            #expect(try await status(server, Self.viewer, click) == 401)
            // Once more, where only public keys are left to make it with.
            for id in try validKeys(server) {
                try server.latchkey(["apikey", "revoke", "\(id)", "--group", "12345"])
            }
            try server.latchkey(["apikey", "create", "--group", "12345", "--ed25519"])
            await #expect(throws: ServerFailure.self) { try await panel.credentials() }
            #expect(try server.latchkey(["audit", "list", "--group", "12345", "--refused"]).contains("wrongSession"))
        }
    }

    private func validKeys(_ server: ServerProcess) throws -> [Int] {
        let text = try server.latchkey(["apikey", "list", "--group", "12345", "--json"])
        let rows = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
        return rows.compactMap { $0["id"] as? Int }
    }

    @Test func `administers users with a key for that`() async throws {
        try await withDemo { server in
            try server.latchkey(["user", "administrator", Self.dana, "--group", "12345"])
            let boss = "dana.whitfield@demo.example"
            func answer(_ options: [String]) async throws -> Int {
                let arguments = ["key", "make", "--group", "12345", "--user", Self.dana, "--version", "2"] + options
                let key = try server.latchkey(arguments).trimmingCharacters(in: .newlines)
                return try await status(
                    server,
                    "/PAPI/ShowUsers.asp",
                    "PartnerLogin=\(boss)&PartnerAuth=\(key)&PageCount=10"
                )
            }
            #expect(try await answer(["--command", "administer"]) == 200)
            #expect(try await answer([]) == 401)
        }
    }
}
