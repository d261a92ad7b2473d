package import HTTPTypes

/// Every answer that a request can get instead of what it asked for.
///
/// ``refused`` is the same for all causes: what was wrong is in the audit, under the correlation id.
package enum AnswerError: Error, Equatable {
    /// The credentials were not accepted, whatever the reason.
    case refused
    /// Too many requests from here.
    case tooManyRequests
    /// There is nothing at this path, or no such object for this caller.
    case notFound
    /// The session has not started yet.
    case notStarted
    /// The request is malformed; the text says what to fix and repeats nothing from the request.
    case badRequest(String)
    /// The object already exists.
    case conflict(String)
    /// The object no longer has the version that the caller named.
    case preconditionFailed
    /// The body is larger than its path takes.
    case tooLarge
    /// The path exists, but not for this method.
    case methodNotAllowed
    /// The store is not available; nothing was decided.
    case unavailable

    /// After how many seconds a caller that was told ``unavailable`` may try again (RFC 9110 section 10.2.3): by then another database
    /// server has taken over from one whose process has died.
    package static let retryAfter = "5"

    /// The status that it is answered with.
    package var status: HTTPResponse.Status {
        switch self {
        case .refused: .unauthorized
        case .tooManyRequests: .tooManyRequests
        case .notFound, .notStarted: .notFound
        case .badRequest: .badRequest
        case .conflict: .conflict
        case .preconditionFailed: .preconditionFailed
        case .tooLarge: .contentTooLarge
        case .methodNotAllowed: .methodNotAllowed
        case .unavailable: .serviceUnavailable
        }
    }

    /// The code in the answer's body.
    package var code: String {
        switch self {
        case .refused: "refused"
        case .tooManyRequests: "tooManyRequests"
        case .notFound: "notFound"
        case .notStarted: "notStarted"
        case .badRequest: "badRequest"
        case .conflict: "conflict"
        case .preconditionFailed: "preconditionFailed"
        case .tooLarge: "tooLarge"
        case .methodNotAllowed: "methodNotAllowed"
        case .unavailable: "unavailable"
        }
    }

    /// The sentence in the answer's body.
    package var message: String {
        switch self {
        case .refused: "Sign-in was refused. Give the correlation id to your administrator."
        case .tooManyRequests: "Too many requests. Try again in a minute."
        case .notFound: "There is nothing here."
        case .notStarted: "The session has not started."
        case .badRequest(let message), .conflict(let message): message
        case .preconditionFailed: "Somebody else has changed this meanwhile: read it again."
        case .tooLarge: "The request is too large."
        case .methodNotAllowed: "The method is not allowed here."
        case .unavailable: "The service is not available. Try again."
        }
    }
}
