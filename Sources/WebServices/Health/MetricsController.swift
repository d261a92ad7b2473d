internal import Accounts
internal import HTTPCore
internal import Hummingbird
internal import LoginKey
internal import PrometheusMetrics

/// `/metrics`: what the process has measured, for a Prometheus that shows the token; for everybody else it does not exist.
struct MetricsController: Sendable {
    let registry: PrometheusRegistry
    let token: String
    /// Guesses of one source; one that has none left gets the same answer as before.
    private let guesses = RateLimiter(RateLimiter.Rate(burst: 20, perSecond: 0.1))

    init(registry: PrometheusRegistry, token: String) {
        self.registry = registry
        self.token = token
    }

    func addRoutes(to router: Router<WebContext>) {
        router.get("/metrics") { request, context in
            guard guesses.allows(context.source, at: context.time), isAllowed(request.bearerToken ?? "") else {
                guesses.take(context.source, at: context.time)
                throw AnswerError.notFound
            }
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: registry.text + ProcessFigures.text))
            )
        }
    }

    /// Compares what the texts sign, so that the comparison takes the same time whatever they are.
    private func isAllowed(_ presented: String) -> Bool {
        let codes = [presented, token]
            .map { text in
                var hash = KeyedHash(key: Array(token.utf8))
                hash.update(text.utf8.span)
                return hash.finalize()
            }
        return KeyedHash.areEqualInConstantTime(codes[0], codes[1])
    }
}
