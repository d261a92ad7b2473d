internal import Accounts
internal import Authentication
internal import HTTPSupport
internal import HTTPTypes
internal import Logging
internal import LoginKey
internal import NIOCore
internal import WireModels

/// Answers requests with a LoginKey to `Authorize` without the framework: bytes in, an answer out.
///
/// It takes only what it can read without a doubt; for all else it says so, and nothing has happened. Answers are the
/// same, byte by byte, as ``AuthorizeController``'s.
package struct AuthorizeDesk: Sendable {
    /// The most bytes of a body that is looked at.
    static let maximumBodyBytes = 8 * 1024

    /// A whole answer.
    struct Answer: Sendable {
        let head: HTTPResponse
        let body: [UInt8]
    }

    private static let path = Array(Path.authorize.lowercased().utf8)

    private let service: AuthorizeService
    private let time: TimeSource
    private let random: RandomSource
    private let logger: Logger
    /// What all answers have in common; made once.
    private let headers: HTTPFields

    init(service: AuthorizeService, time: TimeSource, random: RandomSource, logger: Logger) {
        self.service = service
        self.time = time
        self.random = random
        self.logger = logger
        // In the framework's order: nobody is to see which of the two has answered, and so how far a refused request got.
        var headers = HTTPFields.json
        headers[.contentLength] = "0"
        SecurityHeaders.add(to: &headers, correlationID: .none)
        self.headers = headers
    }

    /// Whether a request may turn out to be one: a post to the path with a small body of known length, on a connection
    /// that goes on.
    func mayAnswer(_ head: HTTPRequest) -> Bool {
        guard head.method == .post, let path = head.path, Self.isAuthorize(path.utf8.span),
            head.headerFields[.connection] == nil || head.headerFields[.connection] == "keep-alive",
            head.headerFields[.expect] == nil, head.headerFields[.transferEncoding] == nil,
            let length = head.headerFields[.contentLength].flatMap({ Int($0) })
        else { return false }
        return (1...Self.maximumBodyBytes).contains(length)
    }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - head: A head for which ``mayAnswer(_:)`` holds.
    ///   - body: The whole body.
    ///   - source: The address that it came from.
    ///   - eventLoop: The connection's.
    ///   - completion: Gets the answer, on the event loop.
    /// - Returns: Whether there will be an answer; if not, nothing was done.
    func answer(
        _ head: HTTPRequest,
        _ body: ByteBuffer,
        source: String,
        on eventLoop: any EventLoop,
        completion: @escaping @Sendable (Answer) -> Void
    ) -> Bool {
        let bytes = Array(body.readableBytesView)
        guard let fields = try? FieldSet(head: head, body: bytes), let asked = try? AuthorizeRequest(fields),
            case .loginKey(let credentials) = try? Credentials(fields)
        else { return false }
        let now = time.milliseconds
        let attempt = service.attempt(
            for: asked,
            from: RequestOrigin(head, own: service.ownOrigins),
            source: source,
            correlationID: CorrelationID(of: head, at: now, random),
            at: now
        )
        let finish: @Sendable (Result<Grant, AnswerError>) -> Void = { [self] result in
            let answer = answer(to: result, asked, attempt)
            let line = RequestLine(
                head: head,
                status: answer.head.status,
                correlationID: attempt.correlationID,
                source: source,
                milliseconds: time.milliseconds - now
            )
            line.log(to: logger)
            completion(answer)
        }
        service.gate.signIn(
            credentials,
            attempt: attempt,
            execute: { eventLoop.execute($0) },
            completion: finish
        )
        return true
    }

    private func answer(
        to result: Result<Grant, AnswerError>,
        _ asked: AuthorizeRequest,
        _ attempt: Attempt
    ) -> Answer {
        var fields = headers
        var status = HTTPResponse.Status.ok
        var body: [UInt8]
        do throws(AnswerError) {
            let grant = try result.get()
            guard let answer = try? service.answer(grant, asked, attempt) else { throw .unavailable }
            body = answer
            CrossOrigin(ownOrigins: service.ownOrigins).allow(attempt.origin, by: grant.group, on: &fields)
        } catch {
            status = error.status
            body = error.body(correlationID: attempt.correlationID)
        }
        fields[.correlationID] = attempt.correlationID.text
        fields[.contentLength] = "\(body.count)"
        fields[.date] = UTCTime.httpDate(attempt.seconds)
        return Answer(head: HTTPResponse(status: status, headerFields: fields), body: body)
    }

    private static func isAuthorize(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count >= path.count, bytes.count == path.count || bytes[path.count] == UInt8(ascii: "?") else {
            return false
        }
        for index in path.indices {
            let byte = bytes[index]
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            guard path[index] == (isUpper ? byte | 0x20 : byte) else { return false }
        }
        return true
    }
}
