internal import HTTPCore
internal import WireProtocol

/// What an agent or visitor can do about an error.
///
/// It says nothing about the cause that the caller does not know.
struct ErrorPageContent {
    let title: String
    let message: String
    let steps: [String]
    let link: (href: String, text: String)?

    init(_ error: AnswerError, for audience: PageRenderer.Audience) {
        let retry = Self.retry(audience)
        switch error {
        case .refused:
            title = "You are not signed in"
            message = "The sign-in was refused."
            steps = [
                "Go back to the record and click the button again: each click makes a fresh key.",
                "If it happens again, send your administrator the id below. It leads to the exact reason.",
            ]
            link = (Path.login, "Sign in with a password")
        case .tooManyRequests:
            title = "Too many attempts"
            message = "There were too many attempts from your network."
            steps = ["Wait a minute, then try again."]
            link = nil
        case .notFound, .methodNotAllowed:
            title = "There is nothing here"
            message = "The address is wrong or out of date."
            steps = retry
            link = audience == .anybody ? ("/", "What is this?") : nil
        case .badRequest(let text), .conflict(let text):
            title = "That did not work"
            message = text
            steps = retry
            link = nil
        case .notStarted, .tooLarge, .preconditionFailed:
            title = "That did not work"
            message = error.message
            steps = []
            link = nil
        case .unavailable:
            title = "The service is not available"
            message = "Nothing was lost."
            steps = ["Wait a moment, then try again."]
            link = nil
        }
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
