internal import Accounts
internal import LoginKey

/// A new user as a provider's claims describe them.
struct NewUser {
    private let provider: IdentityProvider
    private let username: Username
    private let partnerUserID: PartnerUserID?
    private let email: String
    private let firstName: String
    private let lastName: String

    /// Takes what is needed from the claims; `nil` if there is no user name, or the PartnerUserId is not valid.
    init?(_ claims: UserClaims, of provider: IdentityProvider) {
        guard let names = provider.enrolment?.claims else { return nil }
        let field = provider.userField
        func text(_ claim: String, orOf own: IdentityProvider.UserField? = nil) -> String {
            claims.texts[own == field ? provider.userClaim : claim] ?? ""
        }
        let usernameClaim = names.username.isEmpty ? provider.userClaim : names.username
        guard let username = try? Username(parsing: text(usernameClaim, orOf: .username)) else { return nil }
        let id = text(names.partnerUserID, orOf: .partnerUserID)
        let partnerUserID = try? PartnerUserID(parsing: id)
        guard partnerUserID != nil || id.isEmpty else { return nil }
        (self.provider, self.username, self.partnerUserID) = (provider, username, partnerUserID)
        // An address that the provider has not verified does not count.
        email = claims.isEmailVerified == false ? "" : text(names.email, orOf: .email)
        (firstName, lastName) = (text(names.firstName), text(names.lastName))
    }

    /// The user, who is not an administrator.
    func user(_ role: Role?) -> User {
        User(
            partnerID: provider.partnerID,
            partnerUserID: partnerUserID,
            username: username,
            firstName: firstName,
            lastName: lastName,
            email: email,
            roleID: role?.id
        )
    }
}
