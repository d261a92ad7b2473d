internal import HTTPCore
internal import Hummingbird
internal import WireProtocol

/// `/`: what this is, and where agents, customers and administrators go from here.
struct FrontPage: Sendable {
    let renderer: PageRenderer

    func addRoutes(to router: Router<WebContext>) {
        router.get("/") { request, context in
            // For programs there is nothing.
            guard request.isNavigation else { throw AnswerError.notFound }
            return try renderer.render(
                PageRenderer.Page("front", title: "Welcome", data: ["login": Path.login]),
                context
            )
        }
    }
}
