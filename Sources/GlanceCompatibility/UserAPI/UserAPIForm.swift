internal import Accounts
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// The parameters of one call, all of them known to it.
struct UserAPIForm: Sendable {
    private let fields: FieldSet

    /// Takes the parameters of an operation.
    ///
    /// - Throws: ``UserAPIError/Code/unknownParameter`` for any that the operation does not take.
    init(_ fields: FieldSet, for operation: UserAPIOperation) throws(UserAPIError) {
        let known = Set((UserAPIParameter.credentials + operation.call.parameters).map(\.key))
        for name in fields.names where !known.contains(name) {
            throw Self.unknown(name, hasValue: fields.nonEmpty(name) != nil, operation)
        }
        self.fields = fields
    }

    /// The value; `nil` where the parameter is missing, and empty where it is.
    subscript(_ parameter: UserAPIParameter) -> String? { fields[parameter.key] }

    /// The value where it is there and not empty.
    func nonEmpty(_ parameter: UserAPIParameter) -> String? { fields.nonEmpty(parameter.key) }

    /// A name with an empty value may be the rest of a value with a raw `&`, a password even: it is not repeated.
    private static func unknown(_ name: String, hasValue: Bool, _ operation: UserAPIOperation) -> UserAPIError {
        guard hasValue else {
            return UserAPIError(
                .unknownParameter,
                "There is an unknown parameter with an empty value. An & within a value has to be sent as %26."
            )
        }
        let shown = String(name.prefix(64))
        return UserAPIError(.unknownParameter, "\(operation.rawValue) does not take \(shown).", field: shown)
    }
}

// MARK: Who is calling

extension UserAPIForm {
    /// The group that the administrator has to be in, where the caller names one.
    func group() throws(UserAPIError) -> PartnerID? {
        guard let text = nonEmpty(.partnerID) else { return nil }
        guard let partnerID = try? PartnerID(parsing: text) else {
            throw UserAPIError(.invalidField, "PartnerID is 1 to 10 digits.", .partnerID)
        }
        return partnerID
    }

    /// The credentials under the names that every sign-in has.
    func credentials() throws(FieldError) -> FieldSet {
        var credentials = FieldSet()
        try credentials.add(name: ParameterName.username, value: self[.partnerLogin] ?? "")
        try credentials.add(name: ParameterName.password, value: self[.partnerPW] ?? "")
        try credentials.add(name: ParameterName.loginKey, value: self[.partnerAuth] ?? "")
        return credentials
    }
}

// MARK: Whom it is about

extension UserAPIForm {
    /// The PartnerUserId, which is required.
    func partnerUserID() throws(UserAPIError) -> PartnerUserID {
        guard let text = try checked(.partnerUserID, limit: PartnerUserID.maximumLength), !text.isEmpty else {
            throw .missing(.partnerUserID)
        }
        guard let partnerUserID = try? PartnerUserID(parsing: text) else {
            throw UserAPIError(.invalidField, "PartnerUserID is 1 to 255 characters.", .partnerUserID)
        }
        return partnerUserID
    }

    /// A text of at most `limit` characters, as ``Provisioning`` allows it; `nil` where the parameter is missing.
    func checked(_ parameter: UserAPIParameter, limit: Int) throws(UserAPIError) -> String? {
        guard let text = self[parameter] else { return nil }
        do {
            try Provisioning.check(text, field: parameter.rawValue, limit: limit)
        } catch {
            throw UserAPIError(.invalidField, "\(error.message).", parameter)
        }
        return text
    }
}
