internal import Accounts
internal import HTTPCore
internal import Hummingbird
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// `/visit?groupid=…[&visitorid=…][&name=…][&sessionkey=…]`: a plain page on which a visitor starts a session, or enters the
/// one that an agent has invited them to.
///
/// A visitor with an id is present for as long as the page is open, and may be asked to let an agent in.
struct VisitPage: Sendable {
    let signInService: SignInService
    let renderer: PageRenderer

    func addRoutes(to router: Router<WebContext>) {
        router.get(RouterPath(Path.visit)) { request, context in
            do {
                return try await show(request, context)
            } catch {
                return try renderer.render(error, for: .visitor, context)
            }
        }
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        guard case .success(let fields) = try await request.fields(),
            let text = fields.nonEmpty(ParameterName.groupID), let partnerID = try? PartnerID(parsing: text),
            let group = try await signInService.group(partnerID, askedBy: context.source, at: context.time)
        else { throw AnswerError.notFound }
        let visitorID = fields.nonEmpty(ParameterName.visitorID) ?? ""
        guard visitorID.isEmpty || SessionKey(visitorID) != nil else { throw AnswerError.notFound }
        var page = PageRenderer.Page(
            "visit",
            title: group.name,
            data: [
                "groupID": partnerID.text, "groupName": group.name, "visitorID": visitorID,
                "name": fields.nonEmpty(ParameterName.name) ?? "",
                "sessionKey": fields.nonEmpty(ParameterName.sessionKey).flatMap { SessionKey($0)?.text } ?? "",
            ]
        )
        page.scripts = ["session.js", "presence.js", "visit.js"]
        page.socketPaths = [Path.visitorSocket]
        return try renderer.render(page, context)
    }
}
