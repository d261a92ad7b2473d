internal import Accounts
internal import Authentication
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// The answers of `Authorize`, as existing clients read them (`docs/protocol.md#authorize`).
struct AuthorizeAnswer: Sendable {
    let grant: Grant
    let service: TokenService
    /// As ASCII.
    let token: [UInt8]
    let tokenExpires: Int64
    let sessionID: String

    /// The body: the token alone as a JSON string for `presence`, else an object.
    var body: [UInt8] {
        switch service {
        case .presence: [UInt8(ascii: "\"")] + token + [UInt8(ascii: "\"")]
        case .webServices, .client: object
        }
    }

    private var object: [UInt8] {
        JSONWriter.object(capacity: 2048 + token.count) { json in
            json.member(AuthorizeMember.token) { $0.append(contentsOf: token) }
            json.member(AuthorizeMember.tokenExpires, UTCTime(seconds: tokenExpires).text)
            json.member(AuthorizeMember.sessionID, sessionID)
            json.member(AuthorizeMember.groupID, grant.group.partnerID.text)
            json.member(AuthorizeMember.privileges, plain: appendPrivileges)
            json.constantMembers(
                #""applicationSettings":null,"VServer":null,"coloSelectUrl":null,"planTitle":null"#
            )
            json.constantMembers(#""planTimeout":0,"isTrial":false,"message":null"#)
            json.member(AuthorizeMember.service, service.rawValue)
            if service == .client { appendIdentity(to: &json) }
        }
    }

    /// Who it is, for the desktop client, which would have to ask otherwise.
    private func appendIdentity(to json: inout JSONWriter) {
        json.member(AuthorizeMember.groupName, grant.group.name)
        json.member(AuthorizeMember.partnerUserID, grant.user.partnerUserID?.text ?? "")
        json.member(AuthorizeMember.username, grant.user.username.text)
        json.member(AuthorizeMember.name, grant.user.displayName)
    }

    private func appendPrivileges(to text: inout [UInt8]) {
        let owner = grant.user.isAdministrator ? ";groupowner:on" : ""
        text.append(contentsOf: "gssnId:\(sessionID);personId:\(grant.user.id.number)\(owner)".utf8)
        text.append(contentsOf: PrivilegeTexts.of(grant.privileges).settings)
    }
}
