package import Accounts
package import HTTPTypes
package import Hummingbird
internal import WireCodec

/// Turns errors into answers: the one place for all services. Pages show the same errors as pages.
extension AnswerError {
    /// What an error that was thrown anywhere looks like from outside.
    package init(_ error: any Error) {
        switch error {
        case let answer as AnswerError: self = answer
        case is SignInRefusal: self = .refused
        case let error as any HTTPResponseError: self = Self.answer(for: error.status)
        default: self = .unavailable
        }
    }

    /// The answer as JSON.
    package func response(correlationID: CorrelationID) -> Response {
        .json(body(correlationID: correlationID), status: status)
    }

    /// The body of that answer.
    package func body(correlationID: CorrelationID) -> [UInt8] {
        JSONWriter.object(capacity: 256) { json in
            json.member("error", code)
            json.member("message", message)
            json.member("correlationId", correlationID.text)
        }
    }

    private static func answer(for status: HTTPResponse.Status) -> Self {
        switch status {
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .contentTooLarge: .tooLarge
        case .badRequest: .badRequest("The request could not be read.")
        default: .unavailable
        }
    }
}

extension Response {
    /// An answer with a JSON body.
    package static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: .json,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}

extension HTTPFields {
    /// The header fields of an answer with a JSON body.
    package static var json: HTTPFields { [.contentType: "application/json; charset=utf-8"] }
}
