internal import HTTPCore
internal import Hummingbird
internal import ServiceTokens
internal import Sessions
internal import WireProtocol

/// `POST /api/v1/nodes/presence`: what the nodes of an installation, and only they, ask each other.
struct NodesController: Sendable {
    let signers: TokenSigners
    let hub: PresenceHub

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.nodePresence)) { request, context in
            guard let token = request.bearerToken, (try? signers.node.verify(token, at: context.time / 1000)) != nil
            else { throw AnswerError.notFound }
            let body = try await request.body.collect(upTo: PresenceCall.maximumByteCount)
            guard let call = PresenceCall(json: Array(body.readableBytesView)) else {
                throw AnswerError.badRequest("The body is not a call that one node makes to another.")
            }
            return Response.json(try await hub.answer(call).json)
        }
    }
}
