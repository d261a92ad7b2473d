internal import Accounts
internal import HTTPCore
internal import Hummingbird
internal import WireCodec

/// `/healthz`: the process answers.
///
/// `/readyz`: it can also read and write its store, and its clock has not jumped.
struct HealthController: Sendable {
    let store: any AccountStore
    /// How many seconds the clock is away from where it should be; `nil` if it is right.
    let clockDeviation: @Sendable () -> Int64?

    func addRoutes(to router: Router<WebContext>) {
        router.get("/healthz") { _, _ in
            Response.json(Array(#"{"status":"ok"}"#.utf8))
        }
        router.get("/readyz") { _, _ in
            try await store.checkReadiness()
            if let seconds = clockDeviation() {
                let body = JSONWriter.object { json in
                    json.member("status", "the clock has jumped")
                    json.member("clockDeviationSeconds", seconds)
                }
                return Response.json(body, status: .serviceUnavailable)
            }
            return Response.json(Array(#"{"status":"ready"}"#.utf8))
        }
    }
}
