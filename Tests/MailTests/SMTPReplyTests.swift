import Testing

@testable import Mail

@Suite struct SMTPReplyTests {
    private func replies(_ text: String, inPieces size: Int = .max) throws -> [SMTPReply] {
        var reader = SMTPReplyReader()
        var found: [SMTPReply] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(size, bytes.count)) {
            reader.append(bytes[start..<min(start + min(size, bytes.count), bytes.count)])
            while let reply = try reader.next() { found.append(reply) }
        }
        return found
    }

    @Test(arguments: [1, 2, 7, 1000]) func `reads replies of one and of several lines, however they come`(_ size: Int)
        throws
    {
        let text = "220 mail.example ESMTP\r\n250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n354\r\n"
        #expect(
            try replies(text, inPieces: size) == [
                SMTPReply(code: 220, lines: ["mail.example ESMTP"]),
                SMTPReply(code: 250, lines: ["mail.example", "STARTTLS", "AUTH PLAIN LOGIN"]),
                SMTPReply(code: 354, lines: [""]),
            ]
        )
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n", "22 x\r\n", "2200 x\r\n", "220\tx\r\n", "220 x\n", "220 a\rb\r\n",
        "250-a\r\n251 b\r\n", "\r\n",
        "199 x\r\n", "600 x\r\n", "+20 x\r\n",
    ])
    func `what is no reply is an error`(_ text: String) {
        #expect(throws: SMTPReplyReader.Problem.malformed) { try replies(text) }
    }

    @Test func `a line without an end and a reply without an end are errors`() {
        #expect(throws: SMTPReplyReader.Problem.lineTooLong) {
            try replies("220 " + String(repeating: "x", count: 3000))
        }
        #expect(throws: SMTPReplyReader.Problem.lineTooLong) {
            try replies("220 " + String(repeating: "x", count: 3000) + "\r\n")
        }
        #expect(throws: SMTPReplyReader.Problem.tooManyLines) {
            try replies(String(repeating: "250-x\r\n", count: 1000))
        }
    }

    @Test(arguments: [
        ("5.1.1 <dana@acme.example>: unknown", "550 5.1.1"), ("<dana@acme.example>: unknown", "550"), ("", "550"),
        ("5.1.secret", "550"), ("5.1.1234 x", "550"), ("..", "550"),
    ])
    func `its codes hold nothing else of what the server has said`(_ text: String, _ codes: String) {
        #expect(SMTPReply(code: 550, lines: [text]).codes == codes)
    }

    @Test(arguments: [
        ("smtps://mail.example", "mail.example", 465, MailServer.Security.tls),
        ("smtps://mail.example:4465", "mail.example", 4465, .tls),
        ("SMTP://Mail.Example", "mail.example", 587, .startTLS),
        ("smtp://192.0.2.1:25", "192.0.2.1", 25, .startTLS), ("smtp://[2001:db8::1]:25", "2001:db8::1", 25, .startTLS),
        ("smtp://127.0.0.1:25", "127.0.0.1", 25, .plain), ("smtp://[::1]", "::1", 587, .plain),
        ("smtp://localhost:2525", "localhost", 2525, .plain),
    ])
    func `a server is named by a URL`(_ url: String, _ host: String, _ port: Int, _ security: MailServer.Security)
        throws
    {
        let server = try #require(MailServer(url: url))
        #expect((server.host, server.port, server.security) == (host, port, security))
    }

    @Test func `with a password or an authority this machine's server has to offer TLS, too`() throws {
        let credentials = try #require(MailServer.Credentials(username: "a", password: "b"))
        #expect(MailServer(url: "smtp://127.0.0.1:25", credentials: credentials)?.security == .startTLS)
        #expect(MailServer(url: "smtp://127.0.0.1:25", authority: [])?.security == .startTLS)
        #expect(!"\(credentials)".contains("b)") && MailServer.Credentials(username: "a\0", password: "b") == nil)
    }

    @Test(arguments: [
        "", "mail.example", "http://mail.example", "smtp://", "smtp://mail.example:", "smtp://mail.example:0",
        "smtp://mail.example:65536",
        "smtp://mail.example/", "smtp://user@mail.example", "smtp://mail.example:25:25", "smtp://[::1",
        "smtp://[::1]25", "smtp://[]",
        "smtp://mail example", "smtp://mail.example:+25", "smtp://mail.example\r\n",
    ])
    func `is no server`(_ url: String) {
        #expect(MailServer(url: url) == nil)
    }
}
