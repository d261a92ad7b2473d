/// Why a mail was not sent.
///
/// `description` holds no address and nothing that the server has said: it is safe to log. ``explanation`` has both, for whoever
/// sets mail up. Two errors are equal if their codes are.
package struct MailError: Error, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Sendable {
        /// The server is not reached.
        case unreachable
        /// The server's certificate is not good, or TLS does not come about.
        case insecure
        /// The server does not offer what is needed.
        case notOffered
        /// The server has said no for now (4yz).
        case refusedForNow
        /// The server has said no for good (5yz).
        case refused
        /// The server does not speak SMTP.
        case garbled
        /// The server has taken too long.
        case timedOut
        /// The server has closed the connection.
        case closed
    }

    /// The kind.
    package let code: Code
    /// How far the conversation had come.
    package let stage: SMTPStage
    /// What it was, in words of ours.
    package let message: String
    /// What the server has answered, if it has.
    package let reply: SMTPReply?

    /// Makes an error.
    package init(_ code: Code, _ stage: SMTPStage, _ message: String, reply: SMTPReply? = nil) {
        self.code = code
        self.stage = stage
        self.message = message
        self.reply = reply
    }

    /// Whether the same mail may be taken later.
    package var isPassing: Bool {
        switch code {
        case .unreachable, .refusedForNow, .timedOut, .closed: true
        case .insecure, .notOffered, .refused, .garbled: false
        }
    }

    package var description: String {
        let answer = reply.map { ": \($0.codes)" } ?? ""
        return "\(code.rawValue) at \(stage.rawValue)\(answer)"
    }

    /// The exact cause, with the server's own words.
    package var explanation: String {
        let answer = reply.map { ": \($0.text)" } ?? ""
        return "\(message)\(answer)"
    }

    /// Whether the codes are equal.
    package static func == (first: Self, second: Self) -> Bool { first.code == second.code }
}

/// How far the conversation with a mail server has come.
package enum SMTPStage: String, Sendable {
    case connection
    case greeting
    case hello
    case encryption
    case authentication
    case sender
    case recipient
    case data
    case message
}
