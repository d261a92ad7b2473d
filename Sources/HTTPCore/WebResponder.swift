package import Accounts
internal import HTTPTypes
package import Hummingbird
internal import Logging

/// Comes before the router: one normal form of paths, one correlation id, one set of headers, one form of errors,
/// one log line.
///
/// Nothing that it logs has a query, a body or a header in it.
package struct WebResponder: HTTPResponder {
    /// What travels with a request.
    package typealias Context = WebContext
    /// Answers with an error in the form that is read at a path, or that a browser shows; `nil` for the usual JSON.
    package typealias ErrorForm = @Sendable (AnswerError, Request, WebContext) -> Response?

    private let router: RouterResponder<WebContext>
    private let methods: RouteMethods
    private let time: TimeSource
    private let random: RandomSource
    private let proxies: TrustedProxies
    private let isSecure: Bool
    private let errorForm: ErrorForm

    /// Makes a responder before a router that has all its routes.
    ///
    /// - Parameters:
    ///   - router: The routes.
    ///   - time: The clock.
    ///   - random: Where correlation ids come from.
    ///   - proxies: The proxies that are trusted about addresses.
    ///   - isSecure: Whether the server is reached by TLS.
    ///   - errorForm: Errors in another form than JSON.
    package init(
        router: Router<WebContext>,
        time: TimeSource,
        random: RandomSource,
        proxies: TrustedProxies = .none,
        isSecure: Bool = false,
        errorForm: @escaping ErrorForm = { _, _, _ in nil }
    ) {
        self.errorForm = errorForm
        self.isSecure = isSecure
        self.proxies = proxies
        self.router = router.buildResponder()
        self.methods = RouteMethods(router)
        self.time = time
        self.random = random
    }

    /// Answers a request; every failure is an answer too, so it throws nothing.
    package func respond(to request: Request, context: WebContext) async throws -> Response {
        let context = identified(request, context)
        var response = await answer(to: request, context)
        if response.headers[.correlationID] == nil {
            SecurityHeaders.add(to: &response, correlationID: context.correlationID, isSecure: isSecure)
        }
        if response.status == .serviceUnavailable { response.headers[.retryAfter] = AnswerError.retryAfter }
        let line = RequestLine(
            method: request.method.rawValue,
            target: request.uri.string,
            status: response.status,
            correlationID: context.correlationID,
            source: context.source,
            milliseconds: time.milliseconds - context.time
        )
        line.record(to: context.logger)
        return response
    }

    /// The context with when, from where and to which click the request came.
    private func identified(_ request: Request, _ context: WebContext) -> WebContext {
        var context = context
        context.time = time.milliseconds
        context.source = proxies.source(
            peer: context.source,
            forwardedFor: request.headers[.forwardedFor],
            forwarded: request.headers[.forwarded]
        )
        context.correlationID = CorrelationID(
            brought: request.headers[.correlationID],
            at: context.time,
            random
        )
        return context
    }

    private func answer(to request: Request, _ context: WebContext) async -> Response {
        do {
            return try await route(request, context)
        } catch {
            let answer = AnswerError(error)
            if answer == .unavailable { context.logFailure(error, path: request.uri.path) }
            return self.answer(answer, request, context)
        }
    }

    private func route(_ request: Request, _ context: WebContext) async throws -> Response {
        guard Self.isInNormalForm(request.uri.path.withoutSearch) else { throw AnswerError.notFound }
        let response = try await router.respond(to: request, context: context)
        // The router answers an unknown path, or one that does not take this method, with nothing but a status.
        guard response.status == .notFound, response.body.contentLength == 0 else { return response }
        guard let allowed = methods.allowed(at: request.uri.path) else { throw AnswerError.notFound }
        // A page that says that there is nothing has no body in the answer to HEAD.
        guard !allowed.split(separator: ", ").contains(Substring(request.method.rawValue)) else { return response }
        var refusal = answer(.methodNotAllowed, request, context)
        refusal.headers[.allow] = allowed
        return refusal
    }

    private func answer(_ error: AnswerError, _ request: Request, _ context: WebContext) -> Response {
        let response = errorForm(error, request, context) ?? error.response(correlationID: context.correlationID)
        // What follows the head would be read as the next answer (RFC 9110 section 9.3.2).
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// Paths have one spelling: no empty, dot or encoded segments, no parameters (`docs/threats.md#paths`).
    ///
    /// A colon may be within a segment, because SCIM names its schemas by URN (RFC 7644 section 4).
    private static func isInNormalForm(_ path: String) -> Bool {
        var previous: UInt8 = 0
        var beforePrevious: UInt8 = 0
        guard path.utf8.count <= 256, path.utf8.first == UInt8(ascii: "/") else { return false }
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "/") where previous == UInt8(ascii: "/"): return false
            case UInt8(ascii: ".") where previous == UInt8(ascii: "/"): return false
            case UInt8(ascii: ":") where previous == UInt8(ascii: "/"): return false
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: ":"):
                break
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                break
            default: return false
            }
            beforePrevious = previous
            previous = byte
        }
        return previous != UInt8(ascii: "/") || beforePrevious == 0
    }
}

extension String {
    /// The path without SCIM's `/.search` at its end, the one segment that begins with a dot (RFC 7644 section 3.4.3).
    fileprivate var withoutSearch: String {
        hasSuffix("/.search") ? String(dropLast("/.search".count)) : self
    }
}
