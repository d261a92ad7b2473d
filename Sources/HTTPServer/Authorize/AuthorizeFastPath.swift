package import Accounts
internal import Authentication
package import HTTPCore
internal import HTTPTypes
package import Logging
internal import LoginKey
internal import NIOCore
internal import NIOHTTP1
internal import WireCodec

/// Answers requests with a LoginKey to `Authorize` without the framework: bytes in, bytes out.
///
/// It takes only what it can read without a doubt; otherwise it says so, and nothing has happened. Answers are the
/// same as ``AuthorizeController``'s, and there are 2.6 times as many a second (`script/bench fastpath`).
package final class AuthorizeFastPath: Sendable {
    private let service: AuthorizeService
    private let time: TimeSource
    private let random: RandomSource
    private let logger: Logger
    private let proxies: TrustedProxies
    private let answerHead: AuthorizeAnswerHead
    private let isSecure: Bool

    /// Makes the fast path.
    package init(
        service: AuthorizeService,
        time: TimeSource,
        random: RandomSource,
        proxies: TrustedProxies,
        isSecure: Bool = false,
        logger: Logger
    ) {
        self.answerHead = AuthorizeAnswerHead(isSecure: isSecure)
        self.isSecure = isSecure
        self.proxies = proxies
        self.service = service
        self.time = time
        self.random = random
        self.logger = logger
    }

    /// The head of the answer to a request that breaks the rules, with what all answers carry and no body.
    func refusalHead(_ status: HTTPResponseStatus) -> HTTPResponseHead {
        var fields = HTTPFields()
        SecurityHeaders.add(to: &fields, correlationID: random.correlationID(), isSecure: isSecure)
        var headers = HTTPHeaders(fields.map { ($0.name.rawName, $0.value) })
        headers.add(contentsOf: [("Content-Length", "0"), ("Connection", "close")])
        if status == .upgradeRequired {
            headers.add(contentsOf: [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")])
        }
        return HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - head: Its head.
    ///   - body: The whole body.
    ///   - peer: The address at the other end of the connection.
    ///   - eventLoop: The connection's.
    ///   - completion: Gets the answer, head and body, on the event loop.
    /// - Returns: Whether there will be an answer; if not, nothing was done.
    func answer(
        _ head: AuthorizeHead,
        _ body: ByteBuffer,
        peer: String,
        on eventLoop: any EventLoop,
        completion: @escaping @Sendable (ByteBuffer) -> Void
    ) -> Bool {
        let bytes = Array(body.readableBytesView)
        guard let fields = try? FieldSet(target: head.target, contentType: head.contentType, body: bytes),
            let asked = try? AuthorizeRequest(fields), case .loginKey(let credentials) = try? Credentials(fields)
        else { return false }
        let origin = RequestOrigin(origin: head.origin, fetchSite: head.fetchSite, own: service.ownOrigins)
        // A browser that lets a page of another origin read the answer has to be told so: the framework's side does.
        if case .foreign = origin { return false }
        let now = time.milliseconds
        let source = proxies.source(peer: peer, forwardedFor: head.forwardedFor, forwarded: head.forwarded)
        let attempt = service.attempt(
            for: asked,
            from: origin,
            source: source,
            correlationID: CorrelationID(brought: head.correlationID, at: now, random),
            at: now
        )
        service.signInService.signIn(
            credentials,
            attempt: attempt,
            execute: { eventLoop.execute($0) },
            completion: { result in
                let (status, answer) = self.answer(to: result, asked, attempt)
                let line = RequestLine(
                    method: "POST",
                    target: head.target,
                    status: status,
                    correlationID: attempt.correlationID,
                    source: source,
                    milliseconds: self.time.milliseconds - now
                )
                line.record(to: self.logger)
                completion(answer)
            }
        )
        return true
    }

    private func answer(
        to result: Result<Grant, AnswerError>,
        _ asked: AuthorizeRequest,
        _ attempt: Attempt
    ) -> (HTTPResponse.Status, ByteBuffer) {
        var status = HTTPResponse.Status.ok
        var body: [UInt8]
        switch result {
        case .success(let grant):
            body = service.answer(grant, asked, attempt)
        case .failure(let error):
            status = error.status
            body = error.body(correlationID: attempt.correlationID)
        }
        var buffer = ByteBufferAllocator().buffer(capacity: body.count + 768)
        answerHead.write(
            status,
            bodyBytes: body.count,
            correlationID: attempt.correlationID,
            seconds: attempt.seconds,
            to: &buffer
        )
        buffer.writeBytes(body)
        return (status, buffer)
    }
}
