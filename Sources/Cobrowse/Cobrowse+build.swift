package import HTTPCore
internal import HTTPTypes
package import Hummingbird
internal import WireCodec
internal import WireProtocol

/// The scripts of the live session: the visitor's and the agent's, under the paths of existing tags and under ones of their
/// own, and what the viewer rebuilds pages with.
package struct Cobrowse: Sendable {
    /// Makes the part.
    package init() {}

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        router.get(RouterPath(Path.cobrowseScript)) { request, _ in
            try Self.script(named: request)
        }
        router.get(RouterPath(Path.agentScript)) { _, _ in
            try Self.bundle("agent/agent.js")
        }
        router.get(RouterPath(Path.visitorScript)) { _, _ in
            try Self.bundle("visitor/loader.js")
        }
        for path in ScriptBundles.files.keys {
            router.get(RouterPath("/cobrowse/" + path)) { _, _ in
                try Self.bundle(path)
            }
        }
    }

    /// The script that `script` names; without a name, the visitor's.
    private static func script(named request: Request) throws(AnswerError) -> Response {
        var fields = FieldSet()
        guard (try? fields.add(query: request.uri.query ?? "")) != nil else {
            throw .badRequest("The query cannot be read, or a parameter stands there twice.")
        }
        switch fields.nonEmpty("script")?.lowercased() {
        case "agent", "presenceagent": return try bundle("agent/agent.js")
        case nil, "visitor", "presencevisitor": return try bundle("visitor/loader.js")
        default: throw .notFound
        }
    }

    /// A script for pages of every site, which may pin it.
    private static func bundle(_ path: String) throws(AnswerError) -> Response {
        guard let script = ScriptBundles.files[path] else { throw .notFound }
        var response = Response(
            status: .ok,
            headers: [.contentType: "text/javascript; charset=utf-8", .cacheControl: "public, max-age=300"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: script))
        )
        CrossOrigin.allowEverybody(on: &response.headers)
        return response
    }
}
