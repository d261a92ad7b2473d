import Foundation
import Testing

/// `Authorize` is answered below the framework where it can be: nobody may notice, whatever way the bytes come in.
@Suite struct AuthorizeChannelTests {
    private static let path = ServiceTests.authorize

    private func withDemo(_ body: (ServerProcess, String) async throws -> Void) async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        let key = try server.latchkey(["key", "make", "--group", "12345", "--user", ServiceTests.dana])
        let form =
            "partnerid=12345&partneruserid=\(ServiceTests.dana)&loginkey=\(key.trimmingCharacters(in: .newlines))"
        try await body(server, form)
        #expect(await server.stop() == 0)
    }

    private static func post(_ body: String, path: String = path, headers: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static let health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

    /// The statuses of the answers in a stream, and what tells them apart.
    private static func answers(_ text: String) -> [String] {
        text.components(separatedBy: "HTTP/1.1 ").dropFirst()
            .map { answer in
                let kind =
                    answer.contains("authToken") ? "token" : answer.contains(#""status":"ok""#) ? "health" : "other"
                return "\(answer.prefix(3)) \(kind)"
            }
    }

    private func exchange(
        _ server: ServerProcess,
        _ pieces: [String],
        count: Int,
        halfClosing: Bool = false
    ) async throws -> [String] {
        let connection = try await RawConnection(port: server.port)
        let text = try await connection.exchange(pieces, halfClosing: halfClosing) { text in
            Self.answers(text).count >= count && text.hasSuffix("}")
        }
        return Self.answers(text)
    }

    private func expect(
        _ server: ServerProcess,
        _ pieces: [String],
        _ expected: [String],
        halfClosing: Bool = false
    ) async throws {
        let answers = try await exchange(server, pieces, count: expected.count, halfClosing: halfClosing)
        #expect(answers == expected)
    }

    @Test func `answers requests that are sent ahead in their order`() async throws {
        try await withDemo { server, form in
            let good = Self.post(form)
            let bad = Self.post("partnerid=1&partneruserid=x&loginkey=nonsense")
            let stream = [good, Self.health, good, bad, good, good, Self.health, Self.health, bad, good]
            let expected = [
                "200 token", "200 health", "200 token", "401 other", "200 token", "200 token", "200 health",
                "200 health", "401 other", "200 token",
            ]
            try await expect(server, [stream.joined()], expected)
            try await expect(server, stream, expected)
            try await expect(server, [String(repeating: good, count: 60)], Array(repeating: "200 token", count: 60))
        }
    }

    @Test func `answers thousands that are sent ahead, refused for their number too`() async throws {
        let settings = ["LATCHKEY_SIGN_IN_REFUSAL_BURST": "5", "LATCHKEY_SIGN_IN_REFUSALS_PER_SECOND": "1"]
        let server = try await ServerProcess(.demo, settings: settings)
        try await server.start()
        let key = "loginkey=$1$1700000000$" + String(repeating: "A", count: 43)
        let bad = Self.post("partnerid=1&partneruserid=x&\(key)")
        let stream = String(repeating: bad, count: 5000)
        let connection = try await RawConnection(port: server.port)
        let text = try await connection.exchange([stream], halfClosing: true) { _ in false }
        let answers = Self.answers(text)
        #expect(answers.count == 5000)
        #expect(Set(answers) == ["401 other", "429 other"])
        #expect(await server.stop() == 0)
    }

    @Test func `answers what has begun to arrive when the server is told to stop`() async throws {
        try await withDemo { server, form in
            let request = Self.post(form)
            let connection = try await RawConnection(port: server.port)
            let text = try await connection.exchange(
                request + request.dropLast(20),
                until: { $0.hasSuffix("}") },
                then: {
                    server.askToStop()
                    // It takes no new connections any more: then it has told the others too.
                    while await RawConnection.isPossible(port: server.port) {}
                },
                String(request.suffix(20))
            )
            #expect(Self.answers(text) == ["200 token", "200 token"])
        }
    }

    @Test func `takes a request in any pieces, and one that is followed by the end`() async throws {
        try await withDemo { server, form in
            let request = Self.post(form)
            let pieces = stride(from: 0, to: request.utf8.count, by: 37)
                .map { start in
                    String(decoding: Array(request.utf8)[start..<min(start + 37, request.utf8.count)], as: UTF8.self)
                }
            try await expect(server, pieces, ["200 token"])
            try await expect(server, [request], ["200 token"], halfClosing: true)
            try await expect(server, [request + request], ["200 token", "200 token"], halfClosing: true)
        }
    }

    @Test func `leaves to the framework what is not plain, with the same answer`() async throws {
        try await withDemo { server, form in
            let chunked =
                "POST \(Self.path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "\(String(form.utf8.count, radix: 16))\r\n\(form)\r\n0\r\n\r\n"
            try await expect(server, [chunked, Self.health], ["200 token", "200 health"])
            let closing = Self.post(form, headers: "Connection: close\r\n")
            try await expect(server, [closing], ["200 token"])
            let long = Self.post(form + "&name=" + String(repeating: "x", count: 10_000))
            try await expect(server, [long, Self.health], ["200 token", "200 health"])
            let upper = Self.post(form, path: Self.path.uppercased() + "?SERVICE=webservices")
            try await expect(server, [upper], ["200 token"])
            for path in [
                Self.path + "/", Self.path + "x", "/" + Self.path, Self.path.replacing("rest", with: "r%65st"),
            ] {
                try await expect(server, [Self.post(form, path: path)], ["404 other"])
            }
            let tooLarge = Self.post(String(repeating: "x", count: 40_000))
            try await expect(server, [tooLarge], ["413 other"])
        }
    }

    @Test(arguments: [true, false])
    func `says in the audit whom a trusted proxy asked for, whoever answers`(_ isTrusted: Bool) async throws {
        let settings = isTrusted ? ["LATCHKEY_HTTP_TRUSTED_PROXIES": "127.0.0.1, ::1"] : [:]
        let server = try await ServerProcess(.demo, settings: settings)
        try await server.start()
        let source = isTrusted ? "198.51.100.7" : "127.0.0.1"
        let bodies = [
            "partnerid=1&partneruserid=x&loginkey=$1$1700000000$\(String(repeating: "A", count: 43))", "nonsense",
        ]
        for body in bodies {
            let headers = ["x-forwarded-for": "203.0.113.9, 198.51.100.7"]
            let answer = try await HTTP.postForm("\(server.url)\(Self.path)", body, headers: headers)
            #expect(answer.status == 401)
            let id = try #require(answer.header("x-correlation-id"))
            let audit = try server.latchkey(["audit", "--correlation", id, "--json"])
            #expect(audit.contains("\"\(source)\""), "\(body): \(audit)")
        }
        #expect(await server.stop() == 0)
    }

    @Test func `writes the same log line as the framework, without the credentials`() async throws {
        try await withDemo { server, form in
            let id = "0123456789abcdef0123456789abcdef"
            let answer = try await HTTP.postForm(
                "\(server.url)\(Self.path)?service=webservices",
                form,
                headers: ["x-correlation-id": id]
            )
            #expect(answer.header("x-correlation-id") == id)
            #expect(answer.header("date")?.wholeMatch(of: /\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/) != nil)
            let line = try String(contentsOfFile: server.log, encoding: .utf8)
                .split(separator: "\n").first { $0.contains(id) && $0.contains("http.path") }
            #expect(line?.contains("http.path=\(Self.path)") == true)
            #expect(line?.contains("service=") == false)
            #expect(try String(contentsOfFile: server.log, encoding: .utf8).contains(form.suffix(43)) == false)
        }
    }
}
