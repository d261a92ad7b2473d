internal import HTTPCore
internal import WireProtocol

/// What an agent or visitor can do about an error.
///
/// It says nothing about the cause that the caller does not know.
struct ErrorPageContent {
    let title: String
    let message: String
    var steps: [String] = []
    var link: (href: String, text: String)?
}

extension ErrorPageContent {
    init(_ error: AnswerError, for audience: PageRenderer.Audience) {
        switch error {
        case .refused: self = .refused
        case .tooManyRequests: self = .tooManyRequests
        case .notFound, .methodNotAllowed: self = .notFound(for: audience)
        case .badRequest(let text), .conflict(let text): self = .failed(text, steps: Self.retry(audience))
        case .notStarted, .tooLarge, .preconditionFailed: self = .failed(error.message)
        case .unavailable: self = .unavailable
        }
    }

    private static var refused: Self {
        Self(
            title: "You are not signed in",
            message: "The sign-in was refused.",
            steps: [
                "Go back to the record and click the button again: each click makes a fresh key.",
                "If it happens again, send your administrator the id below. It leads to the exact reason.",
            ],
            link: (Path.login, "Sign in with a password")
        )
    }

    private static var tooManyRequests: Self {
        Self(
            title: "Too many attempts",
            message: "There were too many attempts from your network.",
            steps: ["Wait a minute, then try again."]
        )
    }

    private static func notFound(for audience: PageRenderer.Audience) -> Self {
        Self(
            title: "There is nothing here",
            message: "The address is wrong or out of date.",
            steps: retry(audience),
            link: audience == .anybody ? ("/", "What is this?") : nil
        )
    }

    private static func failed(_ message: String, steps: [String] = []) -> Self {
        Self(title: "That did not work", message: message, steps: steps)
    }

    private static var unavailable: Self {
        Self(
            title: "The service is not available",
            message: "Nothing was lost.",
            steps: ["Wait a moment, then try again."]
        )
    }

    private static func retry(_ audience: PageRenderer.Audience) -> [String] {
        let agent = "Go back to the record and use the button there."
        let visitor = "Go back to the page that you need help with, or ask the person who helps you for a new link."
        return switch audience {
        case .agent: [agent]
        case .visitor: [visitor]
        case .anybody: ["Agents: " + agent.lowercasedFirst, "Customers: " + visitor.lowercasedFirst]
        }
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
