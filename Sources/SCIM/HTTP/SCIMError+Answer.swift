internal import Accounts
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey

/// Errors to answers: the one place for SCIM.
extension SCIMError {
    /// What an error that was thrown anywhere looks like from outside.
    init(_ error: any Error) {
        switch error {
        case let error as Self: self = error
        case let error as AccountsError: self.init(error)
        case let error as LoginKeyError: self = .invalidValue(error.message)
        default:
            let answer = AnswerError(error)
            self.init(answer.status, nil, answer.message)
        }
    }

    private init(_ error: AccountsError) {
        switch error.code {
        case .alreadyExists: self.init(.conflict, .uniqueness, error.message)
        case .notFound: self = .notFound
        case .inUse, .tooMany: self = .conflict(error.message)
        case .versionConflict: self = .preconditionFailed
        case .ownAccount:
            self = .conflict(
                "This is the administrator whose token is used: they can be neither deactivated nor deleted."
            )
        case .invalidField: self = .invalidValue(error.message)
        default:
            let answer = AnswerError.unavailable
            self.init(answer.status, nil, answer.message)
        }
    }

    /// The answer; one refusal looks like another, whatever its cause.
    func response(correlationID: CorrelationID) -> Response {
        var error = self
        if status == .unauthorized {
            error = Self(status, keyword, "\(detail) Correlation id: \(correlationID)")
        }
        var response = Response.scim(error.document, status: status)
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}
