internal import HTTPTypes
internal import Hummingbird

/// Which methods the routes take, so that a wrong one is answered with those that are right (RFC 9110 section 15.5.6).
///
/// Paths with parameters are left out: their controllers say it themselves.
struct RouteMethods: Sendable {
    private let byPath: [String: String]

    init(_ router: Router<WebContext>) {
        let plain = router.routes.filter { !$0.path.description.contains { "{*:".contains($0) } }
        byPath = Dictionary(grouping: plain) { $0.path.description.lowercased() }
            .mapValues { routes in Set(routes.map(\.method.rawValue)).sorted().joined(separator: ", ") }
    }

    /// The value of `Allow` for a path; `nil` if there is no route.
    func allowed(at path: String) -> String? {
        byPath[path.lowercased()]
    }
}
