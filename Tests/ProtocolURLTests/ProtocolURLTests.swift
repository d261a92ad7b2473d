import LoginKey
import ProtocolURL
import TestSupport
import Testing
import WireProtocol

@Suite struct ProtocolURLTests {
    private static let loginKey = "$1$1795364878$DVMsE0uFtTjc6mSmgHW28V71P_ZpH7LaFaWAq8wePQY"
    private static let credentials = "partnerid=12345&partneruserid=joe&loginkey=\(loginKey)"

    @Test func `reads the URL that signs in`() throws {
        let url = try ProtocolURL(parsing: "glancepanorama://authenticate?\(Self.credentials)")
        #expect(url.scheme == .glancepanorama)
        #expect(url.command == .authenticate)
        #expect(url.webServer == nil && url.groupID == nil && url.sessionKey == nil)
        let expected = try ProtocolURL.Credential.loginKey(
            PartnerID(parsing: "12345"),
            PartnerUserID(parsing: "joe"),
            PresentedLoginKey(parsing: Self.loginKey)
        )
        #expect(url.credential == expected)
    }

    @Test func `reads the URL that joins, with a LoginKey and with a ticket`() throws {
        let path = "glancepanorama://agentjoin/www.latchkey.example:8443/12345/003Fk-1.a_b~c"
        for query in [Self.credentials, "ticket=eyJ.abc-_.sig"] {
            let url = try ProtocolURL(parsing: "\(path)?\(query)")
            #expect(url.command == .agentjoin)
            #expect(url.webServer?.text == "www.latchkey.example:8443")
            #expect(url.groupID?.text == "12345")
            #expect(url.sessionKey == "003Fk-1.a_b~c")
        }
    }

    @Test(
        arguments: [
            ("glance://startssn?key=1234&", "startssn", nil, "1234"),
            ("glance://startssn/host.example?key=1234&", "startssn", "host.example", "1234"),
            ("glancepanorama://show?", "show", nil, nil),
            ("glancepanorama://view/host.example?", "view", "host.example", nil),
            ("glancepanorama://join?key=99&", "join", nil, "99"),
            ("glancepanorama://login/127.0.0.1:8080?", "login", "127.0.0.1:8080", nil),
            ("GlancePanorama://Authenticate?", "authenticate", nil, nil),
        ] as [(String, String, String?, String?)]
    )
    func `reads every command`(_ text: String, _ command: String, _ server: String?, _ key: String?) throws {
        let url = try ProtocolURL(parsing: text + Self.credentials)
        #expect(url.command.rawValue == command)
        #expect(url.webServer?.text == server)
        #expect(url.sessionKey == key)
    }

    @Test func `takes plus, at and dollar raw, in any case of names, and the combined form`() throws {
        for query in [
            "partnerid=12345&partneruserid=joe+1@x.example&loginkey=\(Self.loginKey)",
            "PartnerID=12345&PARTNERUSERID=joe%2B1%40x.example&LoginKey=%241%241795364878%24DVMsE0uFtTjc6mSmgHW28V71P_ZpH7LaFaWAq8wePQY",
            "partnerid=12345&partneruserid=joe+1@x.example~\(Self.loginKey)",
        ] {
            let url = try ProtocolURL(parsing: "glancepanorama://authenticate?\(query)")
            guard case .loginKey(_, let user, let key) = url.credential else {
                Issue.record("not a LoginKey")
                continue
            }
            #expect(user.text == "joe+1@x.example")
            #expect(key.text == Self.loginKey)
        }
    }

    /// See `docs/protocol.md#protocol-urls`.
    @Test(arguments: ["sean.o'brien@acme.example", "a(b)", "Hi!", "*", "!'()*-._~"])
    func `takes what encodeURIComponent leaves raw`(_ user: String) throws {
        let query = "partnerid=12345&partneruserid=\(user)&loginkey=\(Self.loginKey)"
        let url = try ProtocolURL(parsing: "glancepanorama://authenticate?\(query)")
        let expected = try ProtocolURL.Credential.loginKey(
            PartnerID(parsing: "12345"),
            PartnerUserID(parsing: user),
            PresentedLoginKey(parsing: Self.loginKey)
        )
        #expect(url.credential == expected)
        #expect(try ProtocolURL(parsing: url.text) == url)
    }

    /// See `docs/protocol.md#protocol-urls`; the two spellings of one name stay two.
    @Test(arguments: ["Zo\u{EB}", "Zoe\u{308}", "\u{308}~x", "日本", "\u{1F600}@x.example"])
    func `takes non-ASCII text raw, as if it were escaped`(_ user: String) throws {
        let escaped = user.utf8.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "%" + String($0, radix: 16) }.joined()
        for spelling in [user, escaped] {
            let query = "partneruserid=\(spelling)&partnerid=12345&loginkey=\(Self.loginKey)"
            let url = try ProtocolURL(parsing: "glancepanorama://authenticate?\(query)")
            guard case .loginKey(_, let read, _) = url.credential else { continue }
            #expect(Array(read.text.utf8) == Array(user.utf8))
            #expect(url.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
    }

    @Test func `takes the slash that operating systems put behind what looks like a host`() throws {
        let query = "partnerid=12345&partneruserid=joe&loginkey=\(Self.loginKey)"
        for command in ["authenticate", "login"] {
            let plain = try ProtocolURL(parsing: "glancepanorama://\(command)?\(query)")
            #expect(try ProtocolURL(parsing: "glancepanorama://\(command)/?\(query)") == plain)
        }
    }

    /// `docs/threats.md#url-injection` and `docs/threats.md#server-name`: what must not get through.
    @Test(
        arguments: [
            ("", ProtocolURLError.unknownScheme),
            ("glancepanorama:authenticate?C", .unknownScheme),
            ("glancepanorama:/authenticate?C", .unknownScheme),
            ("https://authenticate?C", .unknownScheme),
            ("file:///etc/passwd", .unknownScheme),
            ("--help", .unknownScheme),
            ("glancepanorama://authenticate?C --open=x", .unexpectedCharacter),
            ("glancepanorama://authenticate?C\n", .unexpectedCharacter),
            ("glancepanorama://authenticate?C&x=\u{0}", .unexpectedCharacter),
            ("glancepanorama://authenticate?C&é=1", .unexpectedCharacter),
            ("glancepanoramä://authenticate?C", .unexpectedCharacter),
            ("glancepanorama://authenticate/é?C", .unexpectedCharacter),
            ("glancepanorama://authenticate/=é?C", .unexpectedCharacter),
            ("glancepanorama://authenticate?C&\u{212A}ey=1", .unexpectedCharacter),
            ("glancepanorama://authenticate?C&ticket=\u{FFFD}", .unexpectedCharacter),
            ("glancepanorama://authenticate?C&ticket=é", .malformedCredential),
            ("glancepanorama://join?C&key=é", .malformedSessionKey),
            ("glancepanorama://settings?C", .unknownCommand),
            ("glancepanorama://?C", .unknownCommand),
            ("glancepanorama:///authenticate?C", .unknownCommand),
            ("glancepanorama://user@authenticate?C", .unknownCommand),
            ("glancepanorama://authenticate//?C", .malformedPath),
            ("glancepanorama://authenticate/host?C", .malformedPath),
            ("glancepanorama://login/host/12345?C", .malformedPath),
            ("glancepanorama://agentjoin?C", .malformedPath),
            ("glancepanorama://agentjoin/host/12345?C", .malformedPath),
            ("glancepanorama://agentjoin/host/12345/k/x?C", .malformedPath),
            ("glancepanorama://agentjoin/host/group/k?C", .malformedPath),
            ("glancepanorama://agentjoin/host/12345/a%2Fb?C", .malformedPath),
            ("glancepanorama://agentjoin/good.example@evil.example/12345/k?C", .malformedPath),
            ("glancepanorama://agentjoin/host/12345/..?C", .malformedSessionKey),
            ("glancepanorama://agentjoin/host/12345/?C", .malformedSessionKey),
            ("glancepanorama://agentjoin/[::1]/12345/k?C", .malformedPath),
            ("glancepanorama://login/host:0?C", .malformedWebServer),
            ("glancepanorama://login/host:080?C", .malformedWebServer),
            ("glancepanorama://login/host:99999?C", .malformedWebServer),
            ("glancepanorama://login/host:+443?C", .malformedPath),
            ("glancepanorama://login/.?C", .malformedWebServer),
            ("glancepanorama://login/-evil?C", .malformedWebServer),
            ("glancepanorama://login//?C", .malformedPath),
            ("glancepanorama://join?C", .malformedSessionKey),
            ("glancepanorama://join?key=..&C", .malformedSessionKey),
            ("glancepanorama://login?key=1&C", .malformedSessionKey),
            ("glancepanorama://agentjoin/host/12345/k?key=1&C", .unknownParameter),
            ("glancepanorama://authenticate", .malformedParameter),
            ("glancepanorama://authenticate?", .malformedParameter),
            ("glancepanorama://authenticate?C&", .malformedParameter),
            ("glancepanorama://authenticate?&C", .malformedParameter),
            ("glancepanorama://authenticate?partnerid=12345", .malformedCredential),
            ("glancepanorama://authenticate?C&ticket=a", .malformedCredential),
            ("glancepanorama://authenticate?ticket=a~b", .malformedCredential),
            ("glancepanorama://authenticate?ticket=a%26b", .malformedCredential),
            ("glancepanorama://authenticate?C&config=x", .unknownParameter),
            ("glancepanorama://authenticate?C&proxy=evil", .unknownParameter),
            ("glancepanorama://authenticate?C&PartnerID=1", .duplicateParameter),
            ("glancepanorama://authenticate?C&loginkey=x=y", .malformedParameter),
            ("glancepanorama://authenticate?C&key=%zz", .malformedParameter),
            ("glancepanorama://authenticate?C&key=%00", .malformedParameter),
            ("glancepanorama://authenticate?C&key=`id`", .malformedParameter),
            ("glancepanorama://authenticate?C&key=$(id)", .malformedSessionKey),
            ("glancepanorama://authenticate?C&key=a;b", .malformedParameter),
            ("glancepanorama://authenticate?C&key=a\"b", .malformedParameter),
            ("glancepanorama://authenticate?C#fragment", .malformedParameter),
        ] as [(String, ProtocolURLError)]
    )
    func `refuses everything else`(_ text: String, _ error: ProtocolURLError) {
        let text = text.replacing("C", with: Self.credentials, maxReplacements: 1)
        #expect(throws: error) { try ProtocolURL(parsing: text) }
    }

    @Test func `takes 2048 bytes and no more`() throws {
        let start = "glancepanorama://authenticate?partnerid=12345&loginkey=\(Self.loginKey)&partneruserid="
        let escaped = (2048 - start.utf8.count) / 3
        let longest = start + String(repeating: "%41", count: min(escaped, 255))
        #expect(throws: Never.self) { try ProtocolURL(parsing: longest) }
        let long = start + String(repeating: "a", count: 2049 - start.utf8.count)
        #expect(throws: ProtocolURLError.tooLong) { try ProtocolURL(parsing: long) }
        let fits = start + String(repeating: "a", count: 2048 - start.utf8.count)
        #expect(throws: ProtocolURLError.malformedCredential) { try ProtocolURL(parsing: fits) }
    }

    @Test func `reads what it prints`() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            guard let url = try Self.random(using: &generator) else { continue }
            let read = try ProtocolURL(parsing: url.text)
            #expect(read == url)
            #expect(read.text == url.text)
        }
    }

    @Test func `shows no credential when it is described`() throws {
        let url = try ProtocolURL(parsing: "glancepanorama://agentjoin/h.example/12345/k?\(Self.credentials)")
        #expect("\(url)" == "glancepanorama://agentjoin/h.example/12345/k")
        #expect("\(ProtocolURLError.malformedCredential)" == "malformedCredential")
    }

    private static func random(using generator: inout SeededGenerator) throws -> ProtocolURL? {
        let users = ["joe", "a b", "joe+1@x", "é", "e\u{301}", "a&b=c", "~$", "%41", "日本", "\"'<>"]
        let command = ProtocolURL.Command.allCases.randomElement(using: &generator) ?? .login
        let credential: ProtocolURL.Credential =
            Bool.random(using: &generator)
            ? .ticket("eyJhbGciOi.J9-_.\(generator.next())")
            : .loginKey(
                try PartnerID(parsing: "\(Int.random(in: 1...999_999, using: &generator))"),
                try PartnerUserID(parsing: users.randomElement(using: &generator) ?? "x"),
                try PresentedLoginKey(parsing: loginKey)
            )
        return ProtocolURL(
            scheme: Bool.random(using: &generator) ? .glance : .glancepanorama,
            command: command,
            webServer: Bool.random(using: &generator)
                ? WebServerName("host-\(generator.next() % 9).example:8443") : nil,
            groupID: command == .agentjoin ? try PartnerID(parsing: "12345") : nil,
            sessionKey: Bool.random(using: &generator) ? "k.\(generator.next() % 99)~_-" : nil,
            credential: credential
        )
    }
}
