internal import FoundationEssentials

/// The conversation that hands one mail to a mail server: replies in, commands out (RFC 5321, 3207, 4954).
///
/// It has neither I/O nor a clock. It waits for the answer to each command: no pipelining. Nothing is said before TLS where TLS is needed, whatever the server
/// claims, and what it has offered before is forgotten then.
struct SMTPStateMachine {
    /// What is to be done.
    enum Action {
        /// Send these bytes, and wait for a reply.
        case send([UInt8])
        /// Begin TLS, and say so by ``secured()``.
        case beginTLS
        /// The mail is the server's now; say `QUIT` and close.
        case finish(SMTPReply)
        /// Close.
        case fail(MailError)
    }

    private(set) var stage = SMTPStage.greeting
    private let message: MailMessage
    private let security: MailServer.Security
    private let credentials: MailServer.Credentials?
    private let hello: String
    private var isSecure: Bool

    /// - Parameters:
    ///   - message: The mail.
    ///   - server: What the server has to offer, and with what it is signed in to.
    ///   - hello: What we call ourselves: a name, or an address in brackets.
    init(_ message: MailMessage, to server: MailServer, hello: String) {
        self.message = message
        self.security = server.security
        self.credentials = server.credentials
        self.hello = hello
        self.isSecure = server.security == .tls
    }

    /// TLS is there.
    mutating func secured() -> Action {
        isSecure = true
        return command(.hello, "EHLO \(hello)")
    }

    /// Takes the reply to what was sent last.
    mutating func take(_ reply: SMTPReply) -> Action {
        switch (stage, reply.code) {
        case (.greeting, 220): return command(.hello, "EHLO \(hello)")
        case (.hello, 250): return greeted(Offers(reply))
        case (.encryption, 220): return .beginTLS
        case (.authentication, 235): return begin()
        case (.sender, 250): return command(.recipient, "RCPT TO:<\(message.to.text)>")
        case (.recipient, 250), (.recipient, 251): return command(.data, "DATA")
        case (.data, 354):
            stage = .message
            return .send(Self.transparent(message.bytes))
        case (.message, 250): return .finish(reply)
        default: return .fail(refusal(reply))
        }
    }

    private mutating func greeted(_ offers: Offers) -> Action {
        guard isSecure || security == .plain else {
            guard offers.hasTLS else {
                return .fail(MailError(.notOffered, .hello, "the mail server does not offer STARTTLS"))
            }
            return command(.encryption, "STARTTLS")
        }
        guard let credentials else { return begin() }
        guard isSecure, offers.hasPlainSignIn else {
            return .fail(MailError(.notOffered, .hello, "the mail server does not offer AUTH PLAIN"))
        }
        let bytes = Data("\0\(credentials.username)\0\(credentials.password)".utf8)
        return command(.authentication, "AUTH PLAIN \(bytes.base64EncodedString())")
    }

    private mutating func begin() -> Action {
        command(.sender, "MAIL FROM:<\(message.from.address.text)>")
    }

    private mutating func command(_ stage: SMTPStage, _ text: String) -> Action {
        self.stage = stage
        return .send(Array(text.utf8) + [0x0D, 0x0A])
    }

    private func refusal(_ reply: SMTPReply) -> MailError {
        let (code, what): (MailError.Code, String) =
            switch reply.code {
            case 400..<500: (.refusedForNow, "refuses for now")
            case 500..<600: (.refused, "refuses")
            default: (.garbled, "gives an unexpected answer")
            }
        return MailError(code, stage, "the mail server \(what) at the step \"\(stage.rawValue)\"", reply: reply)
    }

    /// The bytes of a mail as they stand behind `DATA`: a dot more where a line begins with one, and the line that ends it
    /// (RFC 5321 section 4.5.2).
    static func transparent(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 64)
        var isLineStart = true
        for byte in bytes {
            if isLineStart, byte == UInt8(ascii: ".") { result.append(byte) }
            result.append(byte)
            isLineStart = byte == 0x0A
        }
        if !isLineStart { result += [0x0D, 0x0A] }
        return result + Array(".\r\n".utf8)
    }

    /// What a server offers in its answer to `EHLO`.
    private struct Offers {
        let hasTLS: Bool
        let hasPlainSignIn: Bool

        init(_ reply: SMTPReply) {
            let offers = reply.lines.dropFirst().map { $0.uppercased().split { " =".contains($0) } }
            hasTLS = offers.contains { $0 == ["STARTTLS"] }
            hasPlainSignIn = offers.contains { $0.first == "AUTH" && $0.dropFirst().contains("PLAIN") }
        }
    }
}
