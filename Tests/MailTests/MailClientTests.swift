import NIOSSL
import SystemSupport
import TestSupport
import Testing

@testable import Mail

@Suite struct MailClientTests {
    /// A certificate for 127.0.0.1 and `localhost`, which is its own authority.
    private final class Identity: Sendable {
        let certificate: NIOSSLCertificate
        let context: NIOSSLContext

        init(_ names: String = "IP:127.0.0.1,DNS:localhost") throws {
            let folder = try TemporaryFolder()
            let (certificate, key) = (folder.path + "/cert.pem", folder.path + "/key.pem")
            let result = try ChildProcess.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=mail", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out", certificate,
                ]
            )
            try #require(result.ending == .exited(0))
            self.certificate = try #require(try NIOSSLCertificate.fromPEMFile(certificate).first)
            self.context = try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: [.certificate(self.certificate)],
                    privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
                )
            )
        }
    }

    private func client(
        _ server: ScriptedServer,
        _ scheme: String = "smtp",
        host: String = "127.0.0.1",
        authority: NIOSSLCertificate? = nil,
        signsIn: Bool = false,
        // Beside hundreds of other tests nothing comes soon.
        patience: SMTPHandler.Patience = SMTPHandler.Patience(reply: .seconds(600), whole: .seconds(600))
    ) throws -> MailClient {
        let credentials = signsIn ? MailServer.Credentials(username: "latchkey", password: "pass word") : nil
        let described = MailServer(
            url: "\(scheme)://\(host):\(server.port)",
            credentials: credentials,
            authority: authority.map { [$0] }
        )
        return MailClient(server: try #require(described), as: "support.example", patience: patience)
    }

    private func failure(_ client: MailClient) async throws -> MailError {
        let message = try MailMessageTests.message()
        return try await #require(throws: MailError.self) { try await client.send(message) }
    }

    @Test func `hands a mail over, and says no more than that`() async throws {
        let server = try await ScriptedServer()
        let message = try MailMessageTests.message(text: "One\n.\n..two\nThree")
        let reply = try await client(server).send(message)
        #expect(reply == SMTPReply(code: 250, lines: ["2.0.0 ok"]))
        let lines = server.lines
        #expect(
            Array(lines.prefix(4)) == [
                "EHLO support.example", "MAIL FROM:<noreply@support.example>", "RCPT TO:<dana@acme.example>", "DATA",
            ]
        )
        #expect(Array(lines[4...].drop { !$0.isEmpty }.prefix(6)) == ["", "One", "..", "...two", "Three", "."])
    }

    @Test(arguments: ["smtp", "smtps"], ["127.0.0.1", "localhost"])
    func `signs in behind TLS only, whose certificate it checks`(_ scheme: String, _ host: String) async throws {
        let identity = try Identity()
        let script = ScriptedServer.Script(identity: identity.context, isSecureFromStart: scheme == "smtps")
        let server = try await ScriptedServer(script)
        let client = try client(server, scheme, host: host, authority: identity.certificate, signsIn: true)
        try await client.send(try MailMessageTests.message())
        let before = scheme == "smtp" ? ["EHLO", "STARTTLS"] : []
        #expect(
            Array(server.commands.prefix(before.count + 5))
                == before + ["TLS EHLO", "TLS AUTH", "TLS MAIL", "TLS RCPT", "TLS DATA"]
        )
        // "\0latchkey\0pass word"
        #expect(server.lines.contains("TLS AUTH PLAIN AGxhdGNoa2V5AHBhc3Mgd29yZA=="))
    }

    @Test(arguments: ["smtp", "smtps"])
    func `says nothing to a server whose certificate is not good`(_ scheme: String) async throws {
        let (identity, other) = (try Identity(), try Identity())
        let wrongName = try Identity("DNS:other.example,IP:192.0.2.1")
        for (own, authority) in [(identity, other), (wrongName, wrongName)] {
            let script = ScriptedServer.Script(identity: own.context, isSecureFromStart: scheme == "smtps")
            let server = try await ScriptedServer(script)
            for host in ["127.0.0.1", "localhost"] {
                let client = try client(server, scheme, host: host, authority: authority.certificate, signsIn: true)
                let error = try await failure(client)
                #expect(error.code == .insecure, "\(error.explanation)")
                #expect(error.explanation.contains("its certificate is"), "\(error.explanation)")
            }
            #expect(server.commands.allSatisfy { ["EHLO", "STARTTLS"].contains($0) }, "\(server.lines)")
        }
    }

    @Test func `says nothing where STARTTLS was taken out of the offers, or refused`() async throws {
        let identity = try Identity()
        let plain = "250-mail.example\r\n250 AUTH PLAIN\r\n"
        let cases: [([String: String?], MailError.Code)] = [
            (["EHLO": plain], .notOffered), (["EHLO": "250 mail.example\r\n"], .notOffered),
            (["EHLO": "250-mail.example\r\n250 XSTARTTLS\r\n"], .notOffered),
            (["STARTTLS": "454 4.7.0 later\r\n"], .refusedForNow),
            (["STARTTLS": "502 5.5.1 no\r\n"], .refused), (["STARTTLS": "250 ok\r\n"], .garbled),
            // What is said behind the answer would be taken for what came by TLS.
            (["STARTTLS": "220 go on\r\n250-mail.example\r\n250 AUTH PLAIN\r\n"], .garbled),
            (["STARTTLS": "220 go on\r\n2"], .garbled),
        ]
        for (answers, code) in cases {
            let server = try await ScriptedServer(ScriptedServer.Script(answers: answers, identity: identity.context))
            let error = try await failure(client(server, authority: identity.certificate, signsIn: true))
            #expect(error.code == code, "\(answers): \(error.explanation)")
            #expect(server.commands.allSatisfy { ["EHLO", "STARTTLS"].contains($0) }, "\(server.lines)")
        }
    }

    @Test func `signs in with nothing but AUTH PLAIN`() async throws {
        let identity = try Identity()
        let offers = "250-mail.example\r\n250-STARTTLS\r\n250 AUTH LOGIN CRAM-MD5 XPLAIN\r\n"
        let script = ScriptedServer.Script(answers: ["EHLO": offers], identity: identity.context)
        let server = try await ScriptedServer(script)
        let error = try await failure(client(server, authority: identity.certificate, signsIn: true))
        #expect(error.code == .notOffered && error.explanation.contains("AUTH PLAIN"))
        #expect(!server.commands.contains("TLS AUTH") && !server.commands.contains("TLS MAIL"))
    }

    private static let stages: [(String, SMTPStage)] = [
        ("EHLO", .hello), ("MAIL", .sender), ("RCPT", .recipient), ("DATA", .data), (".", .message),
    ]

    @Test(arguments: MailClientTests.stages) func `says where the server refused, for now or for good`(
        _ command: String,
        _ stage: SMTPStage
    ) async throws {
        let cases: [(String, MailError.Code, String)] = [
            ("421 4.3.2 dana@acme.example later\r\n", .refusedForNow, "421 4.3.2 dana@acme.example later"),
            ("550-5.1.1 dana@acme.example\r\n550 is not here\r\n", .refused, "550 5.1.1 dana@acme.example is not here"),
            ("299 what\r\n", .garbled, "299 what"),
        ]
        for (answer, code, words) in cases {
            let server = try await ScriptedServer(ScriptedServer.Script(answers: [command: answer]))
            let error = try await failure(client(server))
            #expect(error.code == code && error.stage == stage, "\(error.explanation)")
            #expect(error.isPassing == (code == .refusedForNow))
            #expect(error.explanation.contains(words), "\(error.explanation)")
            #expect(!"\(error)".contains("dana"), "\(error)")
        }
    }

    @Test(arguments: MailClientTests.stages) func `gives up where the server hangs, closes, or says what is no answer`(
        _ command: String,
        _ stage: SMTPStage
    ) async throws {
        let answers: [(String?, MailError.Code)] = [
            (nil, .timedOut), ("", .closed), ("250-never\r\n", .timedOut), ("hello\r\n", .garbled),
            ("250 " + String(repeating: "x", count: 5000), .garbled), ("250 one\r\n250 two\r\n", .garbled),
            (String(repeating: "250-x\r\n", count: 500), .garbled), ("250 ok\n", .garbled),
        ]
        for (answer, code) in answers {
            let script = ScriptedServer.Script(answers: [command: answer])
            let server = try await ScriptedServer(script)
            let patience = SMTPHandler.Patience(
                reply: code == .timedOut ? .seconds(2) : .seconds(30),
                whole: .seconds(60)
            )
            let error = try await failure(client(server, patience: patience))
            #expect(error.code == code && error.stage == stage, "\(answer ?? "nil"): \(error.explanation)")
        }
    }

    @Test func `a greeting that does not come, is another protocol's, or turns away`() async throws {
        let greetings: [(String?, MailError.Code)] = [
            (nil, .timedOut), ("HTTP/1.1 400 Bad Request\r\n", .garbled), ("554 no service\r\n", .refused),
            ("421 busy\r\n", .refusedForNow), ("220", .timedOut),
        ]
        for (greeting, code) in greetings {
            let server = try await ScriptedServer(ScriptedServer.Script(greeting: greeting))
            let patience = SMTPHandler.Patience(
                reply: code == .timedOut ? .seconds(2) : .seconds(30),
                whole: .seconds(60)
            )
            let error = try await failure(client(server, patience: patience))
            #expect(error.code == code && error.stage == .greeting, "\(error.explanation)")
            #expect(server.lines.isEmpty)
        }
    }

    @Test func `all of it has a bound too`() async throws {
        let server = try await ScriptedServer(ScriptedServer.Script(answers: ["RCPT": nil]))
        let patience = SMTPHandler.Patience(reply: .seconds(30), whole: .milliseconds(300))
        #expect(try await failure(client(server, patience: patience)).code == .timedOut)
    }

    @Test func `a server that is not there is named`() async throws {
        let server = try #require(MailServer(url: "smtp://127.0.0.1:1"))
        let error = try await failure(MailClient(server: server, as: "127.0.0.1"))
        #expect(error.code == .unreachable && error.isPassing && error.explanation.contains("127.0.0.1 at port 1"))
        #expect(!"\(error)".contains("127.0.0.1"))
    }

    @Test func `plain SMTP at the port of TLS, and TLS at that of plain SMTP, are told`() async throws {
        let identity = try Identity()
        let plain = try await ScriptedServer()
        #expect(try await failure(client(plain, "smtps", authority: identity.certificate)).code == .insecure)
        let secure = try await ScriptedServer(
            ScriptedServer.Script(identity: identity.context, isSecureFromStart: true)
        )
        let patience = SMTPHandler.Patience(reply: .seconds(2), whole: .seconds(60))
        #expect(
            try await failure(client(secure, authority: identity.certificate, patience: patience)).code == .timedOut
        )
    }

    @Test func `whoever waits no longer closes the connection`() async throws {
        let server = try await ScriptedServer(ScriptedServer.Script(answers: ["RCPT": nil]))
        let client = try client(server)
        let message = try MailMessageTests.message()
        let sending = Task { try await client.send(message) }
        try await server.hears("RCPT")
        sending.cancel()
        await #expect(throws: MailError(.closed, .recipient, "")) { try await sending.value }
    }
}
