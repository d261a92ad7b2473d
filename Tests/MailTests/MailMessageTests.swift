import Foundation
import Testing

@testable import Mail

@Suite struct MailMessageTests {
    static func message(
        from: String = "Latchkey <noreply@support.example>",
        to: String = "dana@acme.example",
        subject: String = "Set a new password",
        text: String = "Hello"
    ) throws -> MailMessage {
        MailMessage(
            from: try #require(Mailbox(parsing: from)),
            to: try #require(MailAddress(to)),
            subject: subject,
            text: text,
            id: "0123456789abcdef",
            at: 1_700_000_000
        )
    }

    private func text(_ message: MailMessage) -> String { String(decoding: message.bytes, as: UTF8.self) }

    /// The value of a header with its folded lines.
    private func header(_ name: String, _ message: MailMessage) -> String {
        let head = text(message).components(separatedBy: "\r\n\r\n")[0].replacing("\r\n ", with: " ")
        let line = head.components(separatedBy: "\r\n").first { $0.hasPrefix(name + ": ") }
        return String((line ?? "").dropFirst(name.count + 2))
    }

    @Test func `says who, when, what, and that no person has written it`() throws {
        #expect(
            try text(Self.message(text: "One\nTwo\r\n\r\nThree")) == """
                Date: Tue, 14 Nov 2023 22:13:20 +0000\r
                From: Latchkey <noreply@support.example>\r
                To: dana@acme.example\r
                Subject: Set a new password\r
                Message-ID: <0123456789abcdef@support.example>\r
                Auto-Submitted: auto-generated\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: 7bit\r
                \r
                One\r
                Two\r
                \r
                Three\r

                """
        )
    }

    @Test(arguments: [
        "Acme\r\nBcc: eve@evil.example", "Acme\nBcc: eve@evil.example", "Acme\rBcc: eve@evil.example",
        "Acme\u{85}Bcc: eve", "Acme\u{2028}Bcc: eve", "Acme\0Bcc: eve", "\r\n\r\nBcc: eve@evil.example",
    ])
    func `no name and no subject can begin a header or the text`(_ hostile: String) throws {
        let plain = try text(Self.message())
        let mailbox = Mailbox(hostile, try #require(MailAddress("noreply@support.example")))
        let message = MailMessage(
            from: mailbox,
            to: try #require(MailAddress("dana@acme.example")),
            subject: hostile,
            text: "Hello",
            id: "0123456789abcdef",
            at: 1_700_000_000
        )
        let lines = text(message).components(separatedBy: "\r\n")
        // As many lines, and each begins as it did: nothing was added.
        #expect(lines.count == plain.components(separatedBy: "\r\n").count)
        #expect(!lines.contains { $0.hasPrefix("Bcc") })
        #expect(!message.bytes.contains(0) && message.bytes.allSatisfy { $0 < 0x80 })
    }

    @Test(arguments: [
        "", "dana", "@acme.example", "dana@", "dana@@acme.example", "da na@acme.example", "dana@acme example",
        "dana@acme.example\r\nRCPT TO:<eve@evil.example>", "dana@acme.example\n", "<dana@acme.example>",
        "dana>@acme.example",
        "dana@acme.example>", "dana@acme.example,eve@evil.example", "dana@-acme.example", "dana@acme..example",
        ".dana@acme.example",
        "dana.@acme.example", "da..na@acme.example", "\"da na\"@acme.example", "dana@[127.0.0.1]", "zoë@acme.example",
        "dana@münchen.example", "dana@acme.example\0", String(repeating: "a", count: 65) + "@acme.example",
        "a@" + String(repeating: "a.", count: 127) + "a",
    ])
    func `is no address that could say more than one`(_ text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test(arguments: [
        "dana@acme.example", "Dana+x_1@sub.acme.example", "o'hara@acme.example", "root@localhost", "a=b/c@x1.example",
    ])
    func `is an address`(_ text: String) {
        #expect(MailAddress(text)?.text == text)
    }

    @Test(arguments: [
        ("Zoë 测试 😀", "Zo\u{eb} 测试 😀"), ("=?utf-8?B?aGk=?=", "=?utf-8?B?aGk=?="),
        (String(repeating: "ü", count: 100), String(repeating: "ü", count: 100)),
        (String(repeating: "a", count: 100), String(repeating: "a", count: 100)),
    ])
    func `encodes what is not plain ASCII as words of whole characters, each in its line`(
        _ subject: String,
        _ expected: String
    ) throws {
        let message = try Self.message(subject: subject)
        let words = header("Subject", message).split(separator: " ")
        var decoded = ""
        for word in words {
            #expect(word.utf8.count <= 75 && word.hasPrefix("=?utf-8?B?") && word.hasSuffix("?="))
            let data = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
            decoded += try #require(String(data: data, encoding: .utf8))
        }
        #expect(decoded == expected)
        #expect(text(message).components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 78 })
    }

    @Test(arguments: [
        ("Latchkey <a@b.example>", "Latchkey <a@b.example>"), ("a@b.example", "a@b.example"),
        ("Acme, Inc. <a@b.example>", "\"Acme, Inc.\" <a@b.example>"),
        ("\"Acme <Support>\" <a@b.example>", "\"Acme <Support>\" <a@b.example>"),
        ("A \\ \" B <a@b.example>", "\"A \\\\ \\\" B\" <a@b.example>"),
        ("Zoë <a@b.example>", "=?utf-8?B?Wm/Dqw==?= <a@b.example>"),
    ])
    func `a sender has a name that is quoted where it has to be`(_ text: String, _ expected: String) throws {
        #expect(try header("From", Self.message(from: text)) == expected)
    }

    @Test func `a text that is not plain ASCII, or has an endless line, is base64 in short lines`() throws {
        for body in ["Grüße\n.\nZoë", String(repeating: "x", count: 2000), "a\u{1b}[31mb"] {
            let message = try Self.message(text: body)
            let parts = text(message).components(separatedBy: "\r\n\r\n")
            #expect(header("Content-Transfer-Encoding", message) == "base64")
            let lines = parts[1].components(separatedBy: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 76 })
            let data = try #require(Data(base64Encoded: lines.joined()))
            #expect(String(decoding: data, as: UTF8.self) == body.replacing("\n", with: "\r\n") + "\r\n")
        }
    }

    @Test func `a line that begins with a dot gets one more, and the end is a dot alone`() {
        func stuffed(_ text: String) -> String {
            String(decoding: SMTPStateMachine.transparent(Array(text.utf8)), as: UTF8.self)
        }
        #expect(stuffed(".\r\n..\r\na.b\r\n.c\r\n") == "..\r\n...\r\na.b\r\n..c\r\n.\r\n")
        #expect(stuffed("a") == "a\r\n.\r\n")
        #expect(stuffed("") == ".\r\n")
    }
}
