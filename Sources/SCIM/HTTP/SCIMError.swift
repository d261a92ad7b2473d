internal import HTTPTypes
internal import WireCodec

/// Why a request is not answered with what it asked for (RFC 7644 section 3.12).
struct SCIMError: Error, Equatable {
    /// The keyword that programs read, where the RFC has one (table 9).
    enum Keyword: String, Sendable {
        case invalidFilter
        case invalidPath
        case invalidSyntax
        case invalidValue
        case mutability
        case noTarget
        case uniqueness
    }

    /// The status that it is answered with.
    let status: HTTPResponse.Status
    /// What went wrong, for programs; `nil` where the status says it all.
    let keyword: Keyword?
    /// What went wrong, for people, without any secret.
    let detail: String

    init(_ status: HTTPResponse.Status, _ keyword: Keyword? = nil, _ detail: String) {
        self.status = status
        self.keyword = keyword
        self.detail = detail
    }

    /// The error as a message of its own.
    var document: JSONValue {
        var object: JSONObject = ["schemas": [.string(URN.error)], "status": .string("\(status.code)")]
        if let keyword { object.append("scimType", .string(keyword.rawValue)) }
        object.append("detail", .string(detail))
        return .object(object)
    }
}

extension SCIMError {
    static func invalidFilter(_ detail: String) -> Self { Self(.badRequest, .invalidFilter, detail) }
    static func invalidPath(_ detail: String) -> Self { Self(.badRequest, .invalidPath, detail) }
    static func invalidSyntax(_ detail: String) -> Self { Self(.badRequest, .invalidSyntax, detail) }
    static func invalidValue(_ detail: String) -> Self { Self(.badRequest, .invalidValue, detail) }
    static func mutability(_ detail: String) -> Self { Self(.badRequest, .mutability, detail) }
    static func noTarget(_ detail: String) -> Self { Self(.badRequest, .noTarget, detail) }
    static func conflict(_ detail: String) -> Self { Self(.conflict, detail) }

    static let notFound = Self(.notFound, "There is no such resource.")
    static let methodNotAllowed = Self(.methodNotAllowed, "The method is not allowed here.")
    static let notImplemented = Self(.notImplemented, "This endpoint is not offered.")
    static let preconditionFailed = Self(.preconditionFailed, "The resource is no longer of that version.")
    static let unfilterable = Self(.forbidden, "This endpoint takes no filter.")

    private init(_ status: HTTPResponse.Status, _ detail: String) {
        self.init(status, nil, detail)
    }
}
