/// How users are made who sign in with a provider for the first time, and what roles its groups have here.
///
/// Nobody becomes an administrator by it.
package struct UserEnrolment: Codable, Hashable, Sendable {
    /// Whether users who do not exist are made.
    package var createsUsers: Bool
    /// Which claims hold which fields of a new user.
    package var claims: Claims
    /// The claim that holds the names of the user's groups at the provider; empty where they do not matter.
    package var groupsClaim: String
    /// The roles of groups; at each sign-in the user gets the first that matches.
    package var roles: [RoleOfGroup]
    /// The name of the role of users whom no group matches; empty for none: where groups matter, they are refused.
    package var otherRole: String

    /// Names of claims; empty for one that does not exist.
    package struct Claims: Codable, Hashable, Sendable {
        /// The user name; if empty, what names the user is the user name too.
        package var username: String
        /// The PartnerUserId, where something else names the user.
        package var partnerUserID: String
        /// The e-mail address, where something else names the user.
        package var email: String
        /// The given name.
        package var firstName: String
        /// The family name.
        package var lastName: String

        /// Names claims.
        package init(
            username: String = "",
            partnerUserID: String = "",
            email: String = "",
            firstName: String = "",
            lastName: String = ""
        ) {
            self.username = username
            self.partnerUserID = partnerUserID
            self.email = email
            self.firstName = firstName
            self.lastName = lastName
        }
    }

    /// The role that members of a group at the provider have.
    package struct RoleOfGroup: Codable, Hashable, Sendable {
        /// The group, as the claim spells it.
        package var group: String
        /// The role's name here.
        package var role: String

        /// Makes a pair.
        package init(group: String, role: String) {
            self.group = group
            self.role = role
        }
    }

    /// Makes a record.
    package init(
        createsUsers: Bool,
        claims: Claims = Claims(),
        groupsClaim: String = "",
        roles: [RoleOfGroup] = [],
        otherRole: String = ""
    ) {
        self.createsUsers = createsUsers
        self.claims = claims
        self.groupsClaim = groupsClaim
        self.roles = roles
        self.otherRole = otherRole
    }
}
