internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// A LoginKey of version 2 as an integration sends it, and the request that it comes with.
struct BoundPresentation {
    let credentials: LoginKeyCredentials
    let loginKey: BoundLoginKey
    /// Whether the text is a whole URL, which says what is asked for.
    let isRequestKnown: Bool
    /// What is asked for; `nil` if no LoginKey of version 2 can be for it.
    let purpose: LoginKeyPurpose?

    /// Whether parameters hold a LoginKey that claims to be of version 2, and not one of version 1 with a wrong digit.
    static func isClaimed(by fields: FieldSet) -> Bool {
        let text = claimedKey(fields).replacing("%24", with: "$").trimmingPrefix(while: \.isWhitespace)
        return text.hasPrefix("$2$") && text.count(where: { $0 == "$" }) != 3
    }

    /// Reads as the server does, which refuses two sets of credentials in one request.
    ///
    /// - Throws: ``LoginKeyError``, with what is wrong in its message.
    init(_ fields: FieldSet, _ text: String) throws(LoginKeyError) {
        guard case .loginKey(let credentials) = try Credentials(fields),
            case .version2(let loginKey) = credentials.loginKey
        else { throw LoginKeyError(code: .missingCredentials, message: "there is no LoginKey of version 2") }
        self.credentials = credentials
        self.loginKey = loginKey
        let request = Self.request(text, fields)
        self.isRequestKnown = request != nil
        self.purpose = request ?? nil
    }

    /// What may have happened to a key that cannot be read.
    static func hint(_ fields: FieldSet) -> String {
        let key = claimedKey(fields)
        if key.contains("%") { return "; it is percent-encoded twice: a % is left after decoding" }
        if key.contains(where: \.isWhitespace) { return "; there is a blank or a line break in it" }
        if key.contains("=") { return "; there is padding (=) in it: leave that out" }
        if key.contains("+") || key.contains("/") { return "; it is in the standard Base64 alphabet: use base64url" }
        let count = key.split(separator: "$", omittingEmptySubsequences: false).count
        return count == 8 ? "" : "; it has \(count - 1) $ in place of 7"
    }

    private static func claimedKey(_ fields: FieldSet) -> String {
        let combined = fields.nonEmpty(ParameterName.partnerUserID) ?? fields.nonEmpty(ParameterName.username)
        return fields.nonEmpty(ParameterName.loginKey)
            ?? combined.flatMap(LoginKeyCredentials.splitCombined)?.loginKey ?? ""
    }
}

// MARK: What is asked for

extension BoundPresentation {
    private static let pages = [
        Path.agentView: Path.agentView, Path.cobrowseAgentView: Path.agentView, Path.agentJoin: Path.agentJoin,
        Path.agentStart: Path.agentStart, Path.getLoginKey: Path.getLoginKey, Path.login: Path.login,
    ]
    private static let commands: [String: LoginKeyCommand] = [
        "authenticate": .authenticate, "login": .authenticate, "agentjoin": .join, "join": .join, "startssn": .start,
        "show": .show, "view": .view,
    ]

    /// What a URL asks for; an inner `nil` if no key can be for it, and an outer `nil` if the text does not say.
    private static func request(_ text: String, _ fields: FieldSet) -> LoginKeyPurpose?? {
        let parts = text.prefix { $0 != "?" && $0 != "#" }.split(separator: "/", omittingEmptySubsequences: false)
        guard text.contains("://"), parts.count > 2 else { return nil }
        let scheme = parts[0].dropLast().lowercased()
        if ProtocolScheme(rawValue: scheme) != nil { return protocolURL(Array(parts.dropFirst(2)), fields) }
        return page("/" + parts.dropFirst(3).joined(separator: "/"), fields)
    }

    private static func page(_ path: String, _ fields: FieldSet) -> LoginKeyPurpose?? {
        let path = path.lowercased()
        if path == Path.authorize.lowercased() { return .some(.named(in: fields)) }
        if let page = pages.first(where: { $0.key.lowercased() == path })?.value { return .some(.ofPage(page, fields)) }
        guard path.hasPrefix(Path.sessionService.lowercased()) else { return nil }
        let command: LoginKeyCommand = path.hasSuffix("/agentinsession") ? .list : .join
        return .some(try? LoginKeyPurpose(command, sessionKey: fields.nonEmpty(ParameterName.sessionServiceKey)))
    }

    private static func protocolURL(_ path: [Substring], _ fields: FieldSet) -> LoginKeyPurpose?? {
        guard let command = path.first.flatMap({ commands[$0.lowercased()] }) else { return nil }
        let key = path.count == 4 ? String(path[3]) : fields.nonEmpty(ParameterName.key)
        return .some(try? LoginKeyPurpose(command, sessionKey: key))
    }
}
