internal import Accounts
internal import HTTPCore
internal import Hummingbird

/// `/healthz`: the process answers.
///
/// `/readyz`: it can also read and write its store.
struct HealthController: Sendable {
    let store: any AccountStore

    func addRoutes(to router: Router<WebContext>) {
        router.get("/healthz") { _, _ in
            Response.json(Array(#"{"status":"ok"}"#.utf8))
        }
        router.get("/readyz") { _, _ in
            try await store.checkReadiness()
            return Response.json(Array(#"{"status":"ready"}"#.utf8))
        }
    }
}
