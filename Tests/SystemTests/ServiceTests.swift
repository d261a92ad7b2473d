import Foundation
import NIOHTTP1
import SystemSupport
import Testing
import WebSocketClient

/// The services of a real server, as programs use them.
@Suite struct ServiceTests {
    static let authorize = "/services/AuthorizationService.svc/rest/Authorize"
    static let dana = "005Fk000001aBcDIAU"

    private func withDemo(
        _ settings: [String: String] = [:],
        _ body: (ServerProcess) async throws -> Void
    ) async throws {
        let server = try await ServerProcess(.demo, settings: settings)
        try await server.start()
        try await body(server)
        #expect(await server.stop() == 0)
    }

    private func form(_ server: ServerProcess, _ user: String = dana) throws -> String {
        let key = try server.latchkey(["key", "make", "--group", "12345", "--user", user])
        return "partnerid=12345&partneruserid=\(user)&loginkey=\(key.trimmingCharacters(in: .newlines))"
    }

    @Test func `answers as existing clients expect, in both forms`() async throws {
        try await withDemo { server in
            let form = try form(server)
            let url = "\(server.url)\(Self.authorize)?groupid=12345&service=webservices&duration=30&site=production"
            let answer = try await HTTP.postForm(url, form)
            #expect(answer.status == 200)
            #expect(answer.member("groupId") == "12345")
            #expect(answer.member("privilegeString")?.contains(";joinCobrowseSessions:on") == true)
            let end = try #require(answer.member("authTokeExp"))
            #expect(end.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0000000Z/) != nil)
            let gssnID = try #require(answer.member("gssnId"))
            #expect(gssnID.wholeMatch(of: /\d+\.\d{10}\.[A-Za-z0-9_-]{43}\.12345/) != nil)

            let upper = form.replacing("partnerid", with: "PARTNERID").replacing("loginkey", with: "LoginKey")
            #expect(try await HTTP.postForm(server.url + Self.authorize.lowercased(), upper).status == 200)
            let presence = try await HTTP.postForm("\(server.url)\(Self.authorize)?service=presence", form)
            #expect(presence.body.hasPrefix("\"eyJ") && presence.body.hasSuffix("\""))
            let bySession = try await HTTP.postJSON(server.url + Self.authorize, #"{"gssnid":"\#(gssnID)"}"#)
            #expect(bySession.status == 200)

            let token = try #require(answer.member("authToken"))
            let me = try await HTTP.send(.GET, server.url + "/api/v1/me", headers: ["authorization": "Bearer \(token)"])
            #expect(me.member("name") == "Dana Whitfield")
            try server.latchkey(["user", "suspend", Self.dana, "--group", "12345"])
            let after = try await HTTP.send(
                .GET,
                server.url + "/api/v1/me",
                headers: ["authorization": "Bearer \(token)"]
            )
            #expect(after.status == 401)
        }
    }

    @Test func `takes partnerid as a number and refuses wrong parameters with a reason`() async throws {
        try await withDemo { server in
            let key = try server.latchkey(["key", "make", "--group", "12345", "--user", Self.dana])
                .trimmingCharacters(in: .newlines)
            let json = #"{"partnerid":12345,"partneruserid":"\#(Self.dana)","loginkey":"\#(key)"}"#
            #expect(try await HTTP.postJSON(server.url + Self.authorize, json).status == 200)
            for query in ["duration=0", "duration=121", "duration=x", "service=fly", "site=moon", "groupid=x"] {
                let answer = try await HTTP.postJSON("\(server.url)\(Self.authorize)?\(query)", json)
                #expect(answer.status == 400, "\(query)")
            }
            let large = try await HTTP.postJSON(server.url + Self.authorize, String(repeating: " ", count: 100_000))
            #expect(large.status == 413)
        }
    }

    @Test func `lets pages of listed origins call, and no others`() async throws {
        try await withDemo { server in
            try server.latchkey(["group", "update", "12345", "--origin", "https://crm.example"])
            let url = "\(server.url)\(Self.authorize)?groupid=12345"
            let ask = ["access-control-request-method": "POST", "access-control-request-headers": "content-type"]
            for (origin, isListed) in [
                ("https://crm.example", true), ("https://evil.example", false), ("null", false),
                ("https://crm.example.evil.example", false), ("http://crm.example", false),
            ] {
                let headers = ["origin": origin, "sec-fetch-site": "cross-site"]
                let preflight = try await HTTP.send(.OPTIONS, url, headers: headers.merging(ask) { old, _ in old })
                #expect(preflight.header("access-control-allow-origin") == (isListed ? origin : nil))
                let answer = try await HTTP.postForm(url, form(server), headers: headers)
                #expect(answer.status == (isListed ? 200 : 401), "\(origin)")
                #expect(answer.header("access-control-allow-origin") == (isListed ? origin : nil))
                // A page of the list reads what it is refused, with the id that the administrator needs.
                for body in [try form(server) + "x", "partnerid=12345", "=&="] {
                    let refused = try await HTTP.postForm(url, body, headers: headers)
                    #expect(refused.status == 401)
                    #expect(refused.header("access-control-allow-origin") == (isListed ? origin : nil))
                    #expect(refused.header("access-control-expose-headers") == (isListed ? "X-Correlation-ID" : nil))
                }
            }
        }
    }

    @Test func `has one spelling for each path`() async throws {
        try await withDemo { server in
            for path in [
                "//healthz", "/healthz/", "/healthz;x", "/%68ealthz", "/./healthz", "/x/../healthz", "/healthz%2f",
                "/healthz%00", "/%C3%A9", "/api/v1//me", "/.git/config", "/login", "/assets/", "/assets/../healthz",
            ] {
                let answer = try await HTTP.send(.GET, server.url + path)
                #expect(answer.status == 404, "\(path)")
                #expect(answer.member("error") == "notFound", "\(path)")
            }
            for (path, status) in [("/HEALTHZ", 200), ("/readyz", 200), (Self.authorize, 405)] {
                let answer = try await HTTP.send(.GET, server.url + path)
                #expect(answer.status == status, "\(path)")
            }
        }
    }

    @Test func `limits the refusals of a source`() async throws {
        let settings = ["LATCHKEY_SIGN_IN_REFUSAL_BURST": "5", "LATCHKEY_SIGN_IN_REFUSALS_PER_SECOND": "1"]
        try await withDemo(settings) { server in
            let good = try form(server)
            var statuses: [Int] = []
            for _ in 0..<40 {
                statuses.append(try await HTTP.postForm(server.url + Self.authorize, "partnerid=1").status)
            }
            #expect(statuses.first == 401)
            #expect(statuses.contains(429))
            let fromElsewhere = try Tool.run(
                "/usr/bin/curl",
                ["-s", "--interface", "127.0.0.2", "-o", "/dev/null", "-w", "%{http_code}", "-d", good]
                    + [server.url + Self.authorize]
            )
            #expect(fromElsewhere == "200")
        }
    }

    @Test func `a server key opens one membership once, and nothing else does`() async throws {
        try await withDemo { server in
            let visit = try await HTTP.postJSON(server.url + "/api/v1/visits", #"{"groupid":"12345"}"#)
            let key = try #require(visit.member("serverKey"))
            let socket = try #require(visit.member("server"))
            #expect(visit.member("sessionKey")?.wholeMatch(of: /\d{8}/) != nil)
            for (frame, type) in [
                (#"{"type":"connect","serverKey":"\#(key)"}"#, "connected"),
                (#"{"type":"connect","serverKey":"\#(key)"}"#, "refused"),
                (#"{"type":"connect","serverKey":"\#(key.dropLast(2))AA"}"#, "refused"),
                (#"{"type":"message","text":"hello"}"#, "refused"),
            ] {
                let answer = try await SessionClient(url: socket)
                    .converse { conversation in
                        try await conversation.send(frame)
                        return try await conversation.next()
                    }
                #expect(answer?.contains("\"type\":\"\(type)\"") == true, "\(answer ?? "nothing")")
            }
        }
    }

    @Test func `opens a WebSocket for visitors' pages of any site, and for programs`() async throws {
        try await withDemo { server in
            let attempts: [(String?, Int)] = [
                (server.url, 101), (nil, 101), ("https://shop.example", 101), ("null", 403),
                ("\(server.url).evil.example", 403), ("http://127.0.0.1:1", 101),
            ]
            for (origin, status) in attempts {
                let answered = try await RawConnection.upgradeStatus(
                    port: server.port,
                    path: "/session",
                    origin: origin
                )
                #expect(answered == status, "\(origin ?? "no origin")")
            }
        }
    }

    @Test func `rotating the API key by the command line's own steps breaks neither panel nor key endpoint`()
        async throws
    {
        try await withDemo { server in
            try server.latchkey(["apikey", "create", "--group", "12345", "--label", "new"])
            let listed = try server.latchkey(["apikey", "list", "--group", "12345", "--json"])
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(listed.utf8)) as? [[String: Any]])
            let old = try #require(rows.first { $0["label"] as? String == "demo CRM" }?["id"] as? Int)
            let panel = try await DemoPanel(server, user: "dana")
            for step in [["apikey", "retire", "\(old)", "--after-hours", "0"], ["apikey", "revoke", "\(old)"]] {
                try server.latchkey(step + ["--group", "12345"])
                let credentials = try await panel.credentials()
                let answer = try await HTTP.postForm(
                    server.url + "/services/AuthorizationService.svc/rest/Authorize",
                    credentials
                )
                #expect(answer.status == 200, "\(step)")
            }
        }
    }

    @Test func `a hang-up ends neither the server nor a session`() async throws {
        try await withDemo { server in
            let visit = try await HTTP.postJSON(
                server.url + "/api/v1/visits",
                #"{"groupid":"12345","visitorid":"hang-up"}"#
            )
            let url = try #require(visit.member("server"))
            let key = try #require(visit.member("serverKey"))
            try await SessionClient(url: url)
                .converse { visitor in
                    try await visitor.send(#"{"type":"connect","serverKey":"\#(key)"}"#)
                    #expect(try await visitor.next()?.contains("connected") == true)
                    server.signal(SIGHUP)
                    for _ in 0..<50 {
                        let health = try await HTTP.send(.GET, server.url + "/healthz")
                        #expect(health.status == 200)
                    }
                    let log = try String(contentsOfFile: server.log, encoding: .utf8)
                    #expect(log.contains("were read again"))
                    // The same connection: nobody had to come back.
                    try await visitor.send(#"{"type":"leave"}"#)
                    #expect(try await visitor.next()?.contains(#""type":"ended""#) != false)
                }
        }
    }

    @Test func `two groups with the same key and visitor never meet`() async throws {
        try await withDemo { server in
            try server.latchkey(["group", "create", "54321", "--name", "Other"])
            try server.latchkey(["apikey", "create", "--group", "54321"])
            try server.latchkey(["user", "add", "--group", "54321", "--puid", Self.dana, "--username", "other"])
            let visit = #"{"groupid":"54321","visitorid":"same"}"#
            #expect(try await HTTP.postJSON(server.url + "/api/v1/visits", visit).status == 200)
            let token = try #require(
                try await HTTP.postForm(server.url + Self.authorize, form(server)).member("authToken")
            )
            let join = try await HTTP.postJSON(
                server.url + "/api/v1/sessions",
                #"{"action":"join","sessionkey":"same"}"#,
                headers: ["authorization": "Bearer \(token)"]
            )
            #expect(join.status == 404)
        }
    }

    /// A visitor's server key, and an agent's for the same session.
    private func serverKeys(_ server: ServerProcess, visitor: String, token: String) async throws -> [String] {
        let visit = try await HTTP.postJSON(
            server.url + "/api/v1/visits",
            #"{"groupid":"12345","visitorid":"\#(visitor)"}"#
        )
        let join = try await HTTP.postJSON(
            server.url + "/api/v1/sessions",
            #"{"action":"join","visitorid":"\#(visitor)"}"#,
            headers: ["authorization": "Bearer \(token)"]
        )
        return try [visit, join].map { try #require($0.member("serverKey")) }
    }

    /// The events up to the session's end, which has to come within five seconds.
    private func events(untilEndOf agent: inout SessionClient.Conversation) async throws -> [String] {
        let start = ContinuousClock.now
        var events: [String] = []
        while let event = try await agent.next() {
            events.append(event)
            if event.contains(#""type":"ended""#) { break }
        }
        #expect(ContinuousClock.now - start < .seconds(5))
        return events
    }

    @Test(arguments: [["user", "suspend", dana], ["apikey", "revoke", "1"]])
    func `closes the sessions of an agent who may not sign in any more, also one that they come to just then`(
        _ command: [String]
    ) async throws {
        try await withDemo { server in
            let token = try #require(
                try await HTTP.postForm(server.url + Self.authorize, form(server)).member("authToken")
            )
            let live = try await serverKeys(server, visitor: "v", token: token)
            let late = try await serverKeys(server, visitor: "w", token: token)
            let socket = "ws" + server.url.dropFirst(4) + "/session"
            let last = try await SessionClient(url: socket)
                .converse { visitor in
                    try await visitor.send(#"{"type":"connect","serverKey":"\#(live[0])"}"#)
                    return try await SessionClient(url: socket)
                        .converse { agent in
                            try await agent.send(#"{"type":"connect","serverKey":"\#(live[1])"}"#)
                            try await visitor.send(#"{"type":"accept"}"#)
                            while let event = try await agent.next(), !event.contains("consentPending") {}
                            try await visitor.send(#"{"type":"accept"}"#)
                            while let event = try await agent.next(), !event.contains("active") {}
                            try server.latchkey(command + ["--group", "12345"])
                            return try await events(untilEndOf: &agent).last
                        }
                }
            #expect(last == #"{"type":"ended","status":"K"}"#)
            // The look that the change asked for is over; the next for everybody is a minute away.
            let heard = try await SessionClient(url: socket)
                .converse { visitor in
                    try await visitor.send(#"{"type":"connect","serverKey":"\#(late[0])"}"#)
                    return try await SessionClient(url: socket)
                        .converse { agent in
                            try await agent.send(#"{"type":"connect","serverKey":"\#(late[1])"}"#)
                            return try await events(untilEndOf: &agent)
                        }
                }
            // They were let in, and then not left there.
            #expect(heard.count > 1 && heard.last?.contains(#""type":"ended""#) == true, "\(heard)")
            let me = try await HTTP.send(.GET, server.url + "/api/v1/me", headers: ["authorization": "Bearer \(token)"])
            #expect(me.status == 401)
        }
    }

    @Test func `says in the log why nothing could be decided, under the id that the answer has`() async throws {
        try await withDemo { server in
            let form = try form(server)
            let token = try #require(try await HTTP.postForm(server.url + Self.authorize, form).member("authToken"))
            let bearer = ["authorization": "Bearer \(token)"]
            // Another program holds the database for longer than anybody waits.
            let input = try AnonymousPipe()
            let output = try AnonymousPipe()
            let holder = try ChildProcess(
                "/usr/bin/sqlite3",
                [server.database],
                input: input.readEnd,
                output: output.writeEnd
            )
            try input.write("BEGIN IMMEDIATE; SELECT 'held';\n")
            #expect(output.line(within: .seconds(20)) == "held")
            async let service = HTTP.postForm(server.url + Self.authorize, form)
            async let page = HTTP.postForm(server.url + PageTests.view, form)
            // Reading waits for nobody, neither for the other program nor for those who wait for it: who did would have waited
            // for seconds each time. How long it takes is for `script/bench`, not for a machine that runs other tests too.
            var times: [Duration] = []
            for _ in 0..<40 {
                let start = ContinuousClock.now
                let me = try await HTTP.send(.GET, server.url + "/api/v1/me", headers: bearer)
                #expect(me.status == 200)
                times.append(ContinuousClock.now - start)
            }
            #expect(times.sorted()[20] < .seconds(1), "\(times)")
            let answers = try await [service, page]
            input.close()
            let log = try String(contentsOfFile: server.log, encoding: .utf8)
            for answer in answers {
                #expect(answer.status == 503)
                #expect(answer.header("retry-after") == "5")
                let id = try #require(answer.header("x-correlation-id"))
                let lines = log.split(separator: "\n").filter { $0.contains(id) && $0.contains(" error ") }
                #expect(lines.contains { $0.contains("database is locked") }, "\(lines)")
            }
            await holder.end(within: .seconds(5))
            let granted = try await HTTP.postForm(server.url + Self.authorize, form)
            #expect(granted.status == 200)
            #expect(granted.header("retry-after") == nil)
        }
    }

    @Test func `shows what it has measured to whoever has the token, and to nobody else`() async throws {
        let token = "a token for Prometheus"
        try await withDemo(["LATCHKEY_METRICS_TOKEN": token]) { server in
            let signedIn = try await HTTP.postForm(server.url + Self.authorize, form(server))
            let bearer = ["authorization": "Bearer \(try #require(signedIn.member("authToken")))"]
            for _ in 0..<3 {
                #expect(try await HTTP.send(.GET, server.url + "/api/v1/me", headers: bearer).status == 200)
            }
            #expect(try await HTTP.postForm(server.url + Self.authorize, "partnerid=1").status == 401)
            func metrics(_ token: String) async throws -> HTTP.Answer {
                try await HTTP.send(.GET, server.url + "/metrics", headers: ["authorization": "Bearer \(token)"])
            }
            let text = try await metrics(token).body
            for line in [
                "latchkey_sign_ins_total{outcome=\"granted\"} 1", "latchkey_sign_ins_total{outcome=\"refused\"} 1",
                "latchkey_authorized_calls_total 3", "latchkey_http_requests_total{status=\"4xx\"} 1",
                "# TYPE latchkey_http_request_seconds histogram",
            ] {
                #expect(text.contains(line), "\(line) in \(text)")
            }
            let lines = text.split(separator: "\n").map(String.init)
            for line in lines where line.hasPrefix("# TYPE ") {
                let name = line.split(separator: " ")[2]
                #expect(lines.contains { $0.hasPrefix("# HELP \(name) ") }, "\(name) has no help")
            }
            for name in ["latchkey_build_info{version=", "process_resident_memory_bytes ", "process_open_fds "] {
                #expect(lines.contains { $0.hasPrefix(name) }, "\(name)")
            }
            for wrong in [token + "x", String(token.dropLast()), ""] {
                #expect(try await metrics(wrong).status == 404)
            }
        }
        try await withDemo { server in
            let answer = try await HTTP.send(.GET, server.url + "/metrics")
            #expect(answer.status == 404)
        }
    }

    @Test func `writes down that a second agent was not let in`() async throws {
        try await withDemo { server in
            let visit = try await HTTP.postJSON(server.url + "/api/v1/visits", #"{"groupid":"12345","visitorid":"v"}"#)
            let socket = try #require(visit.member("server"))
            try server.latchkey(["user", "add", "--group", "12345", "--puid", "eve", "--username", "eve"])
            var keys: [String] = []
            for user in [Self.dana, "eve"] {
                let answer = try await HTTP.postForm(server.url + Self.authorize, form(server, user))
                let join = try await HTTP.postJSON(
                    server.url + "/api/v1/sessions",
                    #"{"action":"join","visitorid":"v"}"#,
                    headers: ["authorization": "Bearer \(answer.member("authToken") ?? "")"]
                )
                keys.append(try #require(join.member("serverKey")))
            }
            let (first, second) = (keys[0], keys[1])
            try await SessionClient(url: socket)
                .converse { agent in
                    try await agent.send(#"{"type":"connect","serverKey":"\#(first)"}"#)
                    try await agent.expect("connected")
                    try await SessionClient(url: socket)
                        .converse { other in
                            try await other.send(#"{"type":"connect","serverKey":"\#(second)"}"#)
                            #expect(try await other.expect("refused").contains("occupied"))
                        }
                }
            var audit = ""
            for _ in 0..<200 where !audit.contains("occupied") {
                audit = try server.latchkey(["audit", "list", "--refused", "--json"])
            }
            #expect(audit.contains("occupied"))
        }
    }

    @Test func `a second server on the same store is told so, and ends no session`() async throws {
        let server = try await ServerProcess(.serve, settings: ["LATCHKEY_SESSION_RECONNECT_SECONDS": "1"])
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        try await server.start()
        // The demo's CRM is the demo's alone.
        #expect(try await HTTP.send(.GET, server.url + "/demo/crm").status == 404)
        let visit = try await HTTP.postJSON(server.url + "/api/v1/visits", #"{"groupid":"12345","visitorid":"v"}"#)
        let key = try #require(visit.member("serverKey"))
        let port = "\(try await ServerProcess.freePort())"
        #expect(try server.latchkey(["serve", "--port", port], expecting: 1).contains("is running on"))
        // Under another name it is another server, but the port is not free.
        let other = try server.latchkey(
            ["serve", "--port", "\(server.port)"],
            settings: ["LATCHKEY_SESSION_SERVER_NAME": "other"],
            expecting: 1
        )
        #expect(other.contains("cannot listen on 127.0.0.1:\(server.port)"))
        try await SessionClient(url: try #require(visit.member("server")))
            .converse { visitor in
                try await visitor.send(#"{"type":"connect","serverKey":"\#(key)"}"#)
                try await visitor.expect("connected")
            }
        #expect(try !server.latchkey(["audit", "list", "--json"]).contains("unclean"))
        // What a server has left open that was killed is ended by the next.
        server.kill()
        try await server.start()
        var audit = ""
        for _ in 0..<400 where !audit.contains("unclean") {
            audit = try server.latchkey(["audit", "list", "--json"])
        }
        #expect(audit.contains("unclean"))
        #expect(await server.stop() == 0)
    }

    @Test func `speaks TLS with HTTP 2, and WebSocket beside it`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "latchkey-tls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Tool.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder + "/key.pem",
                "-out", folder + "/cert.pem",
            ]
        )
        let server = try await ServerProcess(
            .serve,
            settings: [
                "LATCHKEY_TLS_CERTIFICATE_FILE": folder + "/cert.pem", "LATCHKEY_TLS_KEY_FILE": folder + "/key.pem",
            ]
        )
        try await server.start(certificate: folder + "/cert.pem")
        let base = "https://127.0.0.1:\(server.port)"
        let arguments = [
            "-s", "--cacert", folder + "/cert.pem", "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
        ]
        #expect(try Tool.run("/usr/bin/curl", arguments + ["--http2", base + "/healthz"]) == "2 200")
        #expect(try Tool.run("/usr/bin/curl", arguments + ["--http1.1", base + "/healthz"]) == "1.1 200")
        let upgrade = [
            "-m", "5", "--http1.1", "-H", "connection: upgrade", "-H", "upgrade: websocket", "-H",
            "sec-websocket-version: 13", "-H", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        #expect(try Tool.run("/usr/bin/curl", arguments + upgrade + [base + "/session"]) == "1.1 101")
        await server.stop()
    }

    @Test func `refuses to serve plain HTTP to the network unless told otherwise`() async throws {
        let server = try await ServerProcess(.serve)
        let output = try server.latchkey(["serve", "--host", "0.0.0.0"], expecting: 1)
        #expect(output.contains("http.plainAllowed"))
    }
}

/// Runs a tool and returns what it prints.
enum Tool {
    @discardableResult
    static func run(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String]? = nil
    ) throws -> String {
        try ChildProcess.run(path, arguments, environment: environment).output
    }
}
