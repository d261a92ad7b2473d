/// The names of what `Authorize` answers, but for those whose values never change (`docs/protocol.md#authorize`).
///
/// They are static strings because the answer to a sign-in is put together below the framework, and written as it is.
package enum AuthorizeMember {
    /// The token.
    package static var token: StaticString { "authToken" }
    /// Until when the token is good, an instant in UTC.
    package static var tokenExpires: StaticString { "authTokeExp" }
    /// What the sign-in leaves: the value of the cookie `GSSNID`.
    package static var sessionID: StaticString { "gssnId" }
    /// The group: 1 to 10 digits.
    package static var groupID: StaticString { "groupId" }
    /// Privileges and settings, as existing clients read them.
    package static var privileges: StaticString { "privilegeString" }
    /// What the token is for: a ``TokenService``.
    package static var service: StaticString { "service" }

    // MARK: To the desktop client

    /// What people call the group.
    package static var groupName: StaticString { "groupName" }
    /// The user within the group; empty for one without.
    package static var partnerUserID: StaticString { "partnerUserId" }
    /// The user name within the installation.
    package static var username: StaticString { "username" }
    /// What people call the user.
    package static var name: StaticString { "name" }
}
