internal import Accounts
internal import HTTPCore
internal import HTTPTypes

/// Why a call was not carried out.
///
/// Nothing in it repeats a value of the request.
struct UserAPIError: Error, Equatable {
    /// For programs; listed in docs/user-api.md.
    enum Code: String, Sendable, CaseIterable {
        case methodNotAllowed
        case parametersInURL
        case unsupportedMediaType
        case tooLarge
        case malformedRequest
        case duplicateParameter
        case unknownParameter
        case missingField
        case invalidField
        case unknownRole
        case refused
        case userNotFound
        case userExists
        case ownAccount
        case changedMeanwhile
        case tooManyRequests
        case unavailable
    }

    let code: Code
    /// For people.
    let message: String
    /// The name of the parameter that it is about, where it is about one.
    let field: String?

    init(_ code: Code, _ message: String, field: String? = nil) {
        self.code = code
        self.message = message
        self.field = field
    }

    init(_ code: Code, _ message: String, _ parameter: UserAPIParameter) {
        self.init(code, message, field: parameter.rawValue)
    }

    static func missing(_ parameter: UserAPIParameter) -> Self {
        Self(.missingField, "\(parameter.rawValue) is required.", parameter)
    }
}

// MARK: From the errors of others

extension UserAPIError {
    /// What the way to a sign-in ends with.
    init(_ error: AnswerError) {
        let code: Code =
            switch error {
            case .refused: .refused
            case .tooManyRequests: .tooManyRequests
            case .tooLarge: .tooLarge
            case .badRequest: .malformedRequest
            case .methodNotAllowed: .methodNotAllowed
            case .notFound, .notStarted, .conflict, .preconditionFailed, .unavailable: .unavailable
            }
        self.init(code, error.message)
    }

    /// What the store ends with, where the caller does not know better.
    init(_ error: AccountsError) {
        switch error.code {
        case .invalidField: self.init(.invalidField, error.message)
        case .alreadyExists: self.init(.userExists, Self.takenMessage)
        case .versionConflict:
            self.init(.changedMeanwhile, "Somebody else has changed the user meanwhile: read it and try again.")
        case .ownAccount:
            self.init(.ownAccount, "An administrator cannot suspend or delete themselves.", .partnerUserID)
        case .notFound: self.init(.userNotFound, "There is no such user, or no such role any more.")
        default: self.init(AnswerError.unavailable)
        }
    }

    /// Another user has the name of that parameter.
    static func taken(_ parameter: UserAPIParameter) -> Self {
        Self(.userExists, takenMessage, parameter)
    }

    private static let takenMessage = "Another user has this PartnerUserID or UserAddress already."
}

extension UserAPIError.Code {
    /// The status that it is answered with.
    var status: HTTPResponse.Status {
        switch self {
        case .parametersInURL, .malformedRequest, .duplicateParameter, .unknownParameter, .missingField,
            .invalidField, .unknownRole:
            .badRequest
        case .refused: .unauthorized
        case .userNotFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .userExists, .ownAccount, .changedMeanwhile: .conflict
        case .tooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .tooManyRequests: .tooManyRequests
        case .unavailable: .serviceUnavailable
        }
    }
}
