package import LoginKey

/// Someone who can sign in: an agent or an administrator of one group.
package struct User: Hashable, Sendable {
    /// Names a user within the installation (the vendor's person id).
    package typealias ID = RecordID<User>

    /// Whether a user may sign in (`docs/protocol.md#user-states`).
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// May sign in.
        case active
        /// May not sign in until an administrator says so.
        case suspended
        /// Gone, but still known, so that refusals can be explained; the names are free for a new user.
        case deleted
        /// May not sign in until the password is set again.
        case lockedOut
    }

    /// The user's id; given by the store.
    package var id: ID
    /// The group.
    package var partnerID: PartnerID
    /// The id that the group's CRM knows the user by; unique in the group.
    package var partnerUserID: PartnerUserID?
    /// The name to sign in with by password ("Glance address"); unique in the installation.
    package var username: Username
    /// Given name, up to 49 characters.
    package var firstName: String
    /// Family name, up to 49 characters.
    package var lastName: String
    /// E-mail address, up to 127 characters.
    package var email: String
    /// Phone number, up to 31 characters.
    package var phone: String
    /// The role that narrows the group's privileges, if any.
    package var roleID: Role.ID?
    /// Whether the user may sign in.
    package var state: State
    /// The hashed password, if there is one.
    package var passwordHash: PasswordHash?
    /// What must be presented in addition to the password; given by the store (``SecondFactorStore``).
    package var secondFactorID: SecondFactor.ID?
    /// How many security keys the user has; given by the store.
    package var securityKeyCount: Int
    /// Whether the user may change the group's users and roles through the services.
    package var isAdministrator: Bool
    /// When the user was added, in Unix seconds; given by the store.
    package var createdAt: Int64
    /// When the user was last changed, in Unix seconds; given by the store.
    package var modifiedAt: Int64
    /// Which version of the user this is: 1 when it is added, and one more with each change; given by the store.
    package var version: Int64

    /// Makes a user.
    package init(
        id: ID = ID(0),
        partnerID: PartnerID,
        partnerUserID: PartnerUserID?,
        username: Username,
        firstName: String = "",
        lastName: String = "",
        email: String = "",
        phone: String = "",
        roleID: Role.ID? = nil,
        state: State = .active,
        passwordHash: PasswordHash? = nil,
        secondFactorID: SecondFactor.ID? = nil,
        securityKeyCount: Int = 0,
        isAdministrator: Bool = false,
        createdAt: Int64 = 0,
        modifiedAt: Int64 = 0,
        version: Int64 = 1
    ) {
        self.id = id
        self.partnerID = partnerID
        self.partnerUserID = partnerUserID
        self.username = username
        self.firstName = firstName
        self.lastName = lastName
        self.email = email
        self.phone = phone
        self.roleID = roleID
        self.state = state
        self.passwordHash = passwordHash
        self.secondFactorID = secondFactorID
        self.securityKeyCount = securityKeyCount
        self.isAdministrator = isAdministrator
        self.createdAt = createdAt
        self.modifiedAt = modifiedAt
        self.version = version
    }

    /// Whether one of the user's security keys can be the second factor: keys come and go with it.
    package var hasSecurityKey: Bool { secondFactorID != nil && securityKeyCount > 0 }

    /// Given and family name, or the user name where there is neither.
    package var displayName: String {
        switch (firstName.isEmpty, lastName.isEmpty) {
        case (true, true): username.text
        case (true, false): lastName
        case (false, true): firstName
        case (false, false): firstName + " " + lastName
        }
    }
}
