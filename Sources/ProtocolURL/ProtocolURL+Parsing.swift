internal import LoginKey
internal import WireCodec
package import WireProtocol

extension ProtocolURL {
    /// Reads a URL as an operating system hands it over.
    ///
    /// Strict, as `docs/threats.md#url-injection` says: printable ASCII, at most ``ProtocolScheme/maximumByteCount``
    /// bytes, listed commands and parameters, each once and none empty, no fragment, no user, no escapes in the path.
    /// Tolerant only of `+`, `@`, `$`, what `encodeURIComponent` leaves, and non-ASCII text standing raw in values,
    /// where `+` means itself.
    ///
    /// - Throws: ``ProtocolURLError``.
    package init(parsing text: String) throws(ProtocolURLError) {
        let url = try ProtocolURLText(of: text)
        let (scheme, text) = (url.scheme, url.escaped)
        let rest = text.dropFirst(scheme.rawValue.utf8.count + 3)
        let question = rest.firstIndex(of: "?") ?? rest.endIndex
        var path = rest[..<question].split(separator: "/", omittingEmptySubsequences: false)
        // Operating systems put a slash behind what looks like a host.
        if path.count == 2, path[1].isEmpty { path.removeLast() }
        let fields = try Self.fields(rest[question...].dropFirst())
        guard let command = path.first.flatMap({ Command(rawValue: $0.lowercased()) }) else { throw .unknownCommand }
        try self.init(scheme, command, Array(path.dropFirst()), fields)
    }

    private init(
        _ scheme: ProtocolScheme,
        _ command: Command,
        _ path: [Substring],
        _ fields: FieldSet
    ) throws(ProtocolURLError) {
        let shape = command.shape
        guard shape.hasGroup ? path.count == 3 : path.count <= (shape.takesWebServer ? 1 : 0) else {
            throw .malformedPath
        }
        guard path.allSatisfy({ $0.utf8.allSatisfy { URLByte.isUnreserved($0) || $0 == UInt8(ascii: ":") } }) else {
            throw .malformedPath
        }
        let webServer = path.first.flatMap { WebServerName(String($0)) }
        guard path.isEmpty == (webServer == nil) else { throw .malformedWebServer }
        let groupID = shape.hasGroup ? try? PartnerID(parsing: String(path[1])) : nil
        guard shape.hasGroup == (groupID != nil) else { throw .malformedPath }
        let key = fields[ParameterName.key]
        guard !shape.hasGroup || key == nil else { throw .unknownParameter }
        let url = Self(
            scheme: scheme,
            command: command,
            webServer: webServer,
            groupID: groupID,
            sessionKey: shape.hasGroup ? String(path[2]) : key,
            credential: try Self.credential(fields)
        )
        guard let url else { throw .malformedSessionKey }
        self = url
    }

    private static let names: Set<String> = [
        ParameterName.partnerID, ParameterName.partnerUserID, ParameterName.loginKey, ParameterName.ticket,
        ParameterName.key,
    ]

    private static func fields(_ query: Substring) throws(ProtocolURLError) -> FieldSet {
        var fields = FieldSet()
        for pair in query.split(separator: "&", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty,
                parts[1].utf8.allSatisfy({ URLByte.isRawInValue($0) || $0 == UInt8(ascii: "%") })
            else { throw .malformedParameter }
            guard names.contains(parts[0].lowercased()) else { throw .unknownParameter }
            do {
                try fields.add(query: pair, plusIsSpace: FieldSet.isFormEncoded(query))
            } catch {
                throw error == .duplicate ? .duplicateParameter : .malformedParameter
            }
        }
        return fields
    }

    private static func credential(_ fields: FieldSet) throws(ProtocolURLError) -> Credential {
        if let ticket = fields[ParameterName.ticket] {
            let others = [ParameterName.partnerID, ParameterName.partnerUserID, ParameterName.loginKey]
            guard others.allSatisfy({ fields[$0] == nil }), isTicket(ticket) else { throw .malformedCredential }
            return .ticket(ticket)
        }
        let credentials = try? LoginKeyCredentials(
            partnerID: fields[ParameterName.partnerID],
            partnerUserID: fields[ParameterName.partnerUserID],
            username: nil,
            loginKey: fields[ParameterName.loginKey]
        )
        guard case .partner(let partnerID, let partnerUserID, let loginKey) = credentials else {
            throw .malformedCredential
        }
        return .loginKey(partnerID, partnerUserID, loginKey)
    }
}
