internal import Accounts
internal import Authentication
internal import LoginKey
internal import ServiceTokens
internal import WireCodec

/// The answers of `Authorize`, as existing clients read them (`docs/protocol.md#authorize`).
struct AuthorizeAnswer: Sendable {
    let grant: Grant
    let service: AuthorizeRequest.Service
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
            json.member("authToken") { $0.append(contentsOf: token) }
            json.member("authTokeExp", UTCTime(seconds: tokenExpires).text)
            json.member("gssnId", sessionID)
            json.member("groupId", grant.group.partnerID.text)
            json.member("privilegeString", plain: appendPrivileges)
            json.constantMembers(
                #""applicationSettings":null,"VServer":null,"coloSelectUrl":null,"planTitle":null"#
            )
            json.constantMembers(#""planTimeout":0,"isTrial":false,"message":null"#)
            json.member("service", service.rawValue)
            if service == .client { appendIdentity(to: &json) }
        }
    }

    /// Who it is, for the desktop client, which would have to ask otherwise.
    private func appendIdentity(to json: inout JSONWriter) {
        json.member("groupName", grant.group.name)
        json.member("partnerUserId", grant.user.partnerUserID?.text ?? "")
        json.member("username", grant.user.username.text)
        json.member("name", grant.user.displayName)
    }

    private func appendPrivileges(to text: inout [UInt8]) {
        let owner = grant.user.isAdministrator ? ";groupowner:on" : ""
        text.append(contentsOf: "gssnId:\(sessionID);personId:\(grant.user.id.number)\(owner)".utf8)
        text.append(contentsOf: PrivilegeTexts.of(grant.privileges).settings)
    }
}
