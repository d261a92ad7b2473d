internal import Accounts
internal import LoginKey
internal import WireCodec

/// A user as REST shows them; nothing of the password is in it.
enum UserJSON {
    /// The object, with the role's name out of those of the group; a PartnerUserId or role that is not there is `null`.
    static func bytes(_ user: User, roleNames: [Role.ID: String]) -> [UInt8] {
        JSONWriter.object { json in
            json.member("userId", user.id.number)
            json.member("username", user.username.text)
            json.add("partnerUserId", user.partnerUserID?.text)
            json.member("firstName", user.firstName)
            json.member("lastName", user.lastName)
            json.member("email", user.email)
            json.member("phone", user.phone)
            json.member("suspended", user.state != .active)
            json.member("state", user.state.rawValue)
            json.member("administrator", user.isAdministrator)
            if let id = user.roleID { json.member("roleId", id.number) } else { json.null("roleId") }
            json.add("roleName", user.roleID.flatMap { roleNames[$0] })
            json.member("created", UTCTime(seconds: user.createdAt).text)
            json.member("lastModified", UTCTime(seconds: user.modifiedAt).text)
        }
    }
}

extension JSONWriter {
    /// A text or `null`.
    fileprivate mutating func add(_ name: StaticString, _ value: String?) {
        if let value { member(name, value) } else { null(name) }
    }
}
