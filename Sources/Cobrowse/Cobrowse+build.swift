package import HTTPCore
internal import HTTPTypes
package import Hummingbird
internal import WireCodec
internal import WireProtocol

/// The scripts that pages of other sites load: under the path of existing tags, and the agent's under one of its own.
package struct Cobrowse: Sendable {
    /// Makes the part.
    package init() {}

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        router.get(RouterPath(Path.cobrowseScript)) { request, _ in
            try Self.script(named: request)
        }
        router.get(RouterPath(Path.agentScript)) { _, _ in
            Self.javaScript(PackageResources.agent_js)
        }
    }

    /// The script that `script` names.
    private static func script(named request: Request) throws(AnswerError) -> Response {
        var fields = FieldSet()
        guard (try? fields.add(query: request.uri.query ?? "")) != nil else {
            throw .badRequest("The query cannot be read, or a parameter stands there twice.")
        }
        switch fields.nonEmpty("script")?.lowercased() {
        case "agent", "presenceagent": return javaScript(PackageResources.agent_js)
        default: throw .notFound
        }
    }

    /// A script for pages of every site, which may pin it.
    private static func javaScript(_ bytes: [UInt8]) -> Response {
        var response = Response(
            status: .ok,
            headers: [.contentType: "text/javascript; charset=utf-8", .cacheControl: "public, max-age=300"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
        CrossOrigin.allowEverybody(on: &response.headers)
        return response
    }
}
