package import LoginKey
package import WireCodec
internal import WireProtocol

// Which LoginKey of version 2 a request takes (`docs/loginkey-2.md#commands`).

extension LoginKeyPurpose {
    /// What a page is opened for.
    ///
    /// - Parameters:
    ///   - path: The page; one of ``WireProtocol/Path``.
    ///   - fields: The request's parameters.
    /// - Returns: `nil` if it is opened for two sessions at once, or for one whose key cannot be one.
    package static func ofPage(_ path: String, _ fields: FieldSet) -> Self? {
        let (key, visitorID) = (fields.nonEmpty(ParameterName.sessionKey), fields.nonEmpty(ParameterName.visitorID))
        switch path {
        case Path.agentView:
            guard isOne(key, visitorID) else { return nil }
            if fields.nonEmpty(ParameterName.start) == "1" { return try? Self(.start, sessionKey: key ?? visitorID) }
            return (key ?? visitorID).map { try? Self(.join, sessionKey: $0) } ?? .authenticate
        case Path.agentStart:
            let start = fields.nonEmpty(ParameterName.key)
            guard isOne(key, visitorID) else { return nil }
            guard let session = key ?? visitorID else { return try? Self(.start, sessionKey: start) }
            return start == nil ? try? Self(.join, sessionKey: session) : nil
        default:
            return .authenticate
        }
    }

    /// What a caller of `Authorize`, or of a key endpoint, says in their own words that it is for.
    ///
    /// - Returns: `nil` for a command that does not exist, or does not go with the session.
    package static func named(in fields: FieldSet) -> Self? {
        guard let text = fields.nonEmpty(ParameterName.command) else {
            return fields.nonEmpty(ParameterName.sessionKey) == nil ? .authenticate : nil
        }
        guard let command = LoginKeyCommand(rawValue: text) else { return nil }
        return try? Self(command, sessionKey: fields.nonEmpty(ParameterName.sessionKey))
    }

    /// Whether two names do not mean two sessions.
    private static func isOne(_ first: String?, _ second: String?) -> Bool {
        guard let first, let second else { return true }
        return first.utf8.elementsEqual(second.utf8)
    }
}
