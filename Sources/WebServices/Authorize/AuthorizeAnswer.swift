internal import Accounts
internal import Authentication
internal import LoginKey
internal import ServiceTokens
internal import WireModels

/// The answers of `Authorize`, as existing clients read them (PROTOCOL section 4.1).
struct AuthorizeAnswer: Sendable {
    let grant: Grant
    let service: AuthorizeRequest.Service
    let token: String
    let tokenExpires: Int64
    let sessionID: String

    /// The body: the token alone as a JSON string for `presence`, else an object.
    var body: [UInt8] {
        switch service {
        case .presence:
            var json = JSONWriter(capacity: token.utf8.count + 2)
            json.string(token)
            return json.bytes
        case .webServices, .client: return object
        }
    }

    private var object: [UInt8] {
        JSONWriter.object(capacity: 2048 + token.utf8.count) { json in
            json.member("authToken", token)
            json.member("authTokeExp", UTCTime(seconds: tokenExpires).text)
            json.member("gssnId", sessionID)
            json.member("groupId", grant.group.partnerID.text)
            json.member("privilegeString", privilegeString)
            json.null("applicationSettings")
            json.null("VServer")
            json.null("coloSelectUrl")
            json.null("planTitle")
            json.member("planTimeout", 0)
            json.member("isTrial", false)
            json.null("message")
            json.member("service", service.rawValue)
        }
    }

    private var privilegeString: String {
        let owner = grant.user.isAdministrator ? ";groupowner:on" : ""
        return "gssnId:\(sessionID);personId:\(grant.user.id)\(owner)\(PrivilegeTexts.of(grant.privileges).settings)"
    }
}
