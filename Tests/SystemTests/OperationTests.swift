import Crypto
import Foundation
import NIOHTTP1
import Testing

@Suite struct OperationTests {
    @Test func `a refused sign-in is one line of the log with its id and reason`() async throws {
        let server = try await ServerProcess(.serve, settings: ["LATCHKEY_LOG_LEVEL": "info"])
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        try await server.start()
        let id = "refused-0001"
        let status = try Tool.run(
            "/usr/bin/curl",
            [
                "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "X-Correlation-ID: \(id)", "-d",
                "partnerid=12345&partneruserid=005A1&loginkey=$1$AAAA$1$BBBB",
                server.url + "/services/AuthorizationService.svc/rest/Authorize",
            ]
        )
        #expect(status == "401")
        await server.stop()
        let lines = try String(contentsOfFile: server.log, encoding: .utf8).split(separator: "\n")
            .filter { $0.contains("sign-in refused") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("reason=") == true && lines.first?.contains("source=127.0.0.1") == true)
        #expect(lines.first?.contains("correlation.id=") == true && lines.first?.contains("BBBB") == false)
    }

    @Test func `every door's refusal has a line of the log, and its reason is the audit's`() async throws {
        let server = try await ServerProcess(.serve, settings: ["LATCHKEY_LOG_LEVEL": "info"])
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        try server.latchkey(["apikey", "create", "--group", "12345"])
        let (organization, secret) = ("00DFk0000001234MAA", "0123456789abcdef")
        try server.latchkey(
            ["salesforce", "connect", organization, "--group", "12345"],
            settings: ["LATCHKEY_CONSUMER_SECRET": secret]
        )
        try await server.start()
        func envelope(of organization: String, signedWith secret: String) -> String {
            let context = #"{"context":{"user":{"userId":"nobody","userName":"x"},"#
            let json = context + #""organization":{"organizationId":"\#(organization)"}}}"#
            let body = Data(json.utf8).base64EncodedString()
            let code = HMAC<SHA256>
                .authenticationCode(for: Array(body.utf8), using: SymmetricKey(data: Data(secret.utf8)))
            let text = Data(code).base64EncodedString() + "." + body
            return "signed_request=" + text.replacing("+", with: "%2B").replacing("=", with: "%3D")
        }
        let unsigned = envelope(of: organization, signedWith: "another secret...")
        let foreign = envelope(of: "00DFk0000009999MAA", signedWith: secret)
        let unknown = envelope(of: organization, signedWith: secret)
        let report =
            "partnerId=12345&apiKey=wrong&type=&status=C&startRange=2026-01-01T00:00:00Z&endRange=2026-01-02T00:00:00Z"
        let doors: [(path: String, body: String, status: Int, reason: String)] = [
            ("/salesforce/canvas", unsigned, 401, "signatureMismatch"),
            ("/salesforce/canvas", foreign, 401, "signatureMismatch"),
            ("/salesforce/canvas", unknown, 200, "unknownUser"),
            ("/salesforce/loginkey", unsigned, 401, "signatureMismatch"),
            ("/salesforce/loginkey", unknown + "&x=1", 401, "unknownUser"),
            ("/panel", "token=a.b.c", 401, "invalidToken"), ("/panel", "visitorid=1", 401, "unreadableRequest"),
            ("/panel/launch", #"{"token":"x"}"#, 401, "invalidToken"),
            ("/services/ActivityService.asmx/PartnerSessionCounts", report, 401, "signatureMismatch"),
            ("/api/v1/launches/pickup", #"{"ticket":"x","version":"1"}"#, 401, "invalidToken"),
            ("/api/v1/launches/decline", #"{"ticket":"x","reason":"userDeclined"}"#, 401, "invalidToken"),
        ]
        var expected: [String: String] = [:]
        func check(
            _ answer: HTTP.Answer,
            _ path: String,
            _ status: Int,
            _ reason: String,
            id: String? = nil
        ) throws {
            #expect(answer.status == status, "\(path): \(answer.body)")
            let id = try #require(id ?? answer.header("x-correlation-id"))
            expected[id] = reason
            let audit = try server.latchkey(["audit", "list", "--correlation", id, "--json"])
            #expect(audit.contains(#""\#(reason)""#), "\(path): \(audit)")
        }
        for door in doors {
            let answer =
                door.body.hasPrefix("{")
                ? try await HTTP.postJSON(server.url + door.path, door.body)
                : try await HTTP.postForm(server.url + door.path, door.body)
            try check(answer, door.path, door.status, door.reason)
        }
        for path in ["/login/signout", "/login/switch"] {
            let answer = try await HTTP.postForm(server.url + path, "", headers: ["origin": "https://evil.example"])
            try check(answer, path, 401, "foreignOrigin")
        }
        // Whoever is signed in, but has no PartnerUserId, gets no LoginKey.
        try server.latchkey(
            ["user", "add", "--group", "12345", "--username", "nameless", "--password-file", "-"],
            input: "correct horse"
        )
        let keyPage = server.url + "/account/GetLoginKey.aspx"
        let signedIn = try await HTTP.postForm(keyPage, "username=nameless&password=correct+horse")
        let next = try #require(signedIn.header("location"))
        let refused = try await HTTP.send(.GET, server.url + next)
        let click = try #require(refused.body.firstMatch(of: /[0-9a-f]{32}/)).output
        try check(refused, keyPage, 401, "unknownUser", id: String(click))
        await server.stop()
        let lines = try String(contentsOfFile: server.log, encoding: .utf8).split(separator: "\n")
            .filter { $0.contains("sign-in refused") }
        #expect(lines.count == doors.count + 3)
        for (id, reason) in expected {
            #expect(lines.contains { $0.contains(id) && $0.contains("reason=\(reason)") }, "\(id): \(reason)")
        }
    }

    @Test func `the banner says where the server listens and how it is reached, and warns where the two do not fit`()
        async throws
    {
        for (url, isWarned) in [("https://support.example", true), ("", false)] {
            let server = try await ServerProcess(.serve, settings: ["LATCHKEY_HTTP_PUBLIC_URL": url])
            try await server.start()
            await server.stop()
            let log = try String(contentsOfFile: server.log, encoding: .utf8)
            let address = url.isEmpty ? server.url : url
            #expect(log.contains("running at \(address), and listens on 127.0.0.1:\(server.port)\n"), "\(log)")
            #expect(log.contains("Warning: only this computer can connect to 127.0.0.1") == isWarned, "\(log)")
        }
    }

    @Test func `HTTP 1.0 is answered and the connection ends at once`() async throws {
        let server = try await ServerProcess(.serve)
        try await server.start()
        for field in ["", "Connection: keep-alive\r\n"] {
            let before = ContinuousClock.now
            let request = "GET /healthz HTTP/1.0\r\nHost: localhost\r\n\(field)\r\n"
            let answer = try await RawConnection(port: server.port).exchange([request], until: { _ in false })
            #expect(answer.contains(" 200 "))
            #expect(ContinuousClock.now - before < .seconds(1))
        }
        await server.stop()
    }

    @Test(arguments: [
        (["LATCHKEY_HTTP_TRUSTED_PROXIES": "10.0.0.0/40"], "http.trustedProxies is \"10.0.0.0/40\""),
        (["LATCHKEY_HTTP_FORWARDED_HEADER": "Via"], "it has to be X-Forwarded-For or Forwarded"),
        (["LATCHKEY_LOG_LEVEL": "loud"], "log.level is \"loud\"; it has to be one of trace, debug"),
    ])
    func `a wrong setting is named with what it may be`(_ settings: [String: String], _ message: String) async throws {
        let server = try await ServerProcess(.serve)
        #expect(try server.latchkey(["serve"], settings: settings, expecting: 1).contains(message))
    }
}
