internal import WireCodec

/// What the desktop client reads of the answer of `Authorize` (`docs/protocol.md#authorize`).
package struct ClientAuthorization: Equatable, Sendable {
    /// The token.
    package let token: String
    /// What the sign-in leaves: the value of the cookie `GSSNID`.
    package let sessionID: String
    /// The group: 1 to 10 digits.
    package let groupID: String
    /// What people call the group.
    package let groupName: String
    /// The user within the group; empty for one without.
    package let partnerUserID: String
    /// The user name within the installation.
    package let username: String
    /// What people call the user.
    package let name: String

    /// Reads an answer; `nil` if it is not one.
    ///
    /// Members that are not known here are ignored.
    package init?(json: [UInt8]) {
        guard let answer = (try? JSONReader.value(of: json))?.object, let token = answer.text(AuthorizeMember.token),
            let sessionID = answer.text(AuthorizeMember.sessionID),
            let groupID = answer.text(AuthorizeMember.groupID),
            let groupName = answer.text(AuthorizeMember.groupName),
            let partnerUserID = answer.text(AuthorizeMember.partnerUserID),
            let username = answer.text(AuthorizeMember.username), let name = answer.text(AuthorizeMember.name)
        else { return nil }
        self.token = token
        self.sessionID = sessionID
        self.groupID = groupID
        self.groupName = groupName
        self.partnerUserID = partnerUserID
        self.username = username
        self.name = name
    }
}

extension JSONObject {
    fileprivate func text(_ name: StaticString) -> String? { self[name.description]?.text }
}
