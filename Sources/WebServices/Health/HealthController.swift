internal import Accounts
internal import HTTPCore
internal import Hummingbird
internal import WireCodec

/// `/healthz`: the process answers.
///
/// `/readyz`: it can also read and write its store, its clock has not jumped, and it is not taken out of use.
struct HealthController: Sendable {
    let store: any AccountStore
    /// How many seconds the clock is away from where it should be; `nil` if it is right.
    let clockDeviation: @Sendable () -> Int64?
    /// Whether the server is taken out of use.
    let isLeaving: @Sendable () -> Bool

    func addRoutes(to router: Router<WebContext>) {
        router.get("/healthz") { _, _ in
            Response.json(Array(#"{"status":"ok"}"#.utf8))
        }
        router.get("/readyz") { _, _ in
            if isLeaving() {
                return Response.json(Array(#"{"status":"draining"}"#.utf8), status: .serviceUnavailable)
            }
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
