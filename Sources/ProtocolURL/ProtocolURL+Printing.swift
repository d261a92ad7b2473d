internal import LoginKey
internal import WireCodec
internal import WireProtocol

extension ProtocolURL {
    /// The URL, with everything but unreserved characters escaped; reading it gives an equal value.
    ///
    /// It holds a credential: never log it, see ``description``.
    package var text: String {
        "\(scheme.rawValue)://\(path)?"
            + parameters.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
    }

    private var path: String {
        var path = command.rawValue
        if let webServer { path += "/\(webServer)" }
        if let groupID { path += "/\(groupID)/\(sessionKey ?? "")" }
        return path
    }

    private var parameters: [(String, String)] {
        var parameters: [(String, String)] = []
        if groupID == nil, let sessionKey { parameters.append((ParameterName.key, sessionKey)) }
        switch credential {
        case .loginKey(let partnerID, let partnerUserID, let loginKey):
            parameters.append((ParameterName.partnerID, partnerID.text))
            parameters.append((ParameterName.partnerUserID, partnerUserID.text))
            parameters.append((ParameterName.loginKey, loginKey.text))
        case .ticket(let ticket):
            parameters.append((ParameterName.ticket, ticket))
        }
        return parameters
    }
}

extension ProtocolURL: CustomStringConvertible {
    /// The URL without its parameters, safe to show and to log.
    package var description: String { "\(scheme.rawValue)://\(path)" }
}
