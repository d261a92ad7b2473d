package import HTTPCore
internal import HTTPTypes
package import Hummingbird
internal import WireCodec
internal import WireProtocol

/// The scripts of the live session: the visitor's and the agent's, under the paths of existing tags and under ones of their
/// own, and what the viewer rebuilds pages with.
package struct Cobrowse: Sendable {
    private let scripts: [String: StaticScript]

    /// Makes the part; the scripts are compressed here, once.
    package init() {
        scripts = ScriptBundles.files.mapValues { StaticScript($0) }
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        router.get(RouterPath(Path.cobrowseScript)) { request, _ in
            try bundle(Self.name(of: request), request)
        }
        router.get(RouterPath(Path.agentScript)) { request, _ in
            try bundle("agent/agent.js", request)
        }
        router.get(RouterPath(Path.visitorScript)) { request, _ in
            try bundle("visitor/loader.js", request)
        }
        for path in scripts.keys {
            router.get(RouterPath("/cobrowse/" + path)) { request, _ in
                try bundle(path, request)
            }
        }
    }

    /// The script that `script` names; without a name, the visitor's.
    private static func name(of request: Request) throws(AnswerError) -> String {
        var fields = FieldSet()
        guard (try? fields.add(query: request.uri.query ?? "")) != nil else {
            throw .badRequest("The query cannot be read, or a parameter stands there twice.")
        }
        switch fields.nonEmpty("script")?.lowercased() {
        case "agent", "presenceagent": return "agent/agent.js"
        case nil, "visitor", "presencevisitor": return "visitor/loader.js"
        default: throw .notFound
        }
    }

    /// A script for pages of every site, which may pin it.
    private func bundle(_ path: String, _ request: Request) throws(AnswerError) -> Response {
        guard let script = scripts[path] else { throw .notFound }
        var response = script.response(to: request, cacheControl: "public, max-age=300")
        CrossOrigin.allowEverybody(on: &response.headers)
        return response
    }
}
