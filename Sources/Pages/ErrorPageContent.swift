internal import HTTPCore

/// What an agent or visitor can do about an error.
///
/// It says nothing about the cause that the caller does not know.
struct ErrorPageContent {
    let title: String
    let message: String
    let steps: [String]
    let link: (href: String, text: String)?

    init(_ error: AnswerError) {
        switch error {
        case .refused:
            title = "You are not signed in"
            message = "The sign-in was refused."
            steps = [
                "Go back to the record and click the button again: each click makes a fresh key.",
                "If it happens again, send your administrator the id below. It leads to the exact reason.",
            ]
            link = ("/login/default.aspx", "Sign in with a password")
        case .tooManyRequests:
            title = "Too many attempts"
            message = "There were too many attempts from your network."
            steps = ["Wait a minute, then click the button again."]
            link = nil
        case .notFound, .methodNotAllowed:
            title = "There is nothing here"
            message = "The address is wrong or out of date."
            steps = ["Go back to the record and use the button there."]
            link = nil
        case .badRequest(let text), .conflict(let text):
            title = "That did not work"
            message = text
            steps = ["Go back to the record and use the button there."]
            link = nil
        case .notStarted, .tooLarge:
            title = "That did not work"
            message = error.message
            steps = []
            link = nil
        case .unavailable:
            title = "The service is not available"
            message = "Nothing was lost."
            steps = ["Wait a moment, then click the button again."]
            link = nil
        }
    }
}
