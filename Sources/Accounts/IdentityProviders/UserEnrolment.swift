/// How users are made who sign in with a provider for the first time, and what roles its groups have here.
///
/// Nobody becomes an administrator by it.
public struct UserEnrolment: Codable, Hashable, Sendable {
    /// Whether somebody who is not there is made.
    public var createsUsers: Bool
    /// Which claims hold what of a new user.
    public var claims: Claims
    /// The claim that holds the names of the user's groups at the provider; empty where they do not matter.
    public var groupsClaim: String
    /// The roles of groups; the first that fits is the user's, at each sign-in.
    public var roles: [RoleOfGroup]
    /// The name of the role of those whom no group fits; empty for none: where groups matter, they are refused.
    public var otherRole: String

    /// Names of claims; empty for one that there is not.
    public struct Claims: Codable, Hashable, Sendable {
        /// The user name; if empty, what names the user is the user name too.
        public var username: String
        /// The PartnerUserId, where something else names the user.
        public var partnerUserID: String
        /// The e-mail address, where something else names the user.
        public var email: String
        /// The given name.
        public var firstName: String
        /// The family name.
        public var lastName: String

        /// Names claims.
        public init(
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
    public struct RoleOfGroup: Codable, Hashable, Sendable {
        /// The group, as the claim spells it.
        public var group: String
        /// The role's name here.
        public var role: String

        /// Makes a pair.
        public init(group: String, role: String) {
            self.group = group
            self.role = role
        }
    }

    /// Makes a record.
    public init(
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
