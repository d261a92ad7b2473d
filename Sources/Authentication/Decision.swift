package import Accounts
internal import LoginKey

/// What became of an attempt: a grant, or a refusal with its reason.
package enum Decision: Sendable {
    /// The user is signed in.
    case granted(Grant)
    /// The user is not. The reason is for the audit and the administrator, never for the caller.
    case refused(RefusalReason)

    /// The same decision with a changed grant.
    func mapGrant(_ change: (inout Grant) -> Void) -> Self {
        guard case .granted(var grant) = self else { return self }
        change(&grant)
        return .granted(grant)
    }

    /// The grant, if it is one.
    package var grant: Grant? {
        guard case .granted(let grant) = self else { return nil }
        return grant
    }
}

/// A signed-in user with what they may do.
package struct Grant: Sendable {
    /// The user's group.
    package let group: Group
    /// The user.
    package let user: User
    /// What the user may do: the group's privileges narrowed by the role.
    package let privileges: PrivilegeSet
    /// When the sign-in that this one came from ends, in Unix seconds; `nil` for a new one.
    package var signInEnds: Int64?
    /// What the sign-in depends on; `nil` if neither an API key nor a password.
    package var root: SignInRoot?
    /// Whether a ticket only continued an earlier sign-in.
    package var continuesSignIn = false
    /// The click that a ticket belongs to; `nil` if there was none.
    package var correlationID: CorrelationID?

    /// The PartnerUserId, or the user name of a user without one.
    package var actor: String { user.partnerUserID?.text ?? user.username.text }
}

/// Why a user was refused, for the audit and the administrator.
package struct RefusalReason: Hashable, Sendable, CustomStringConvertible {
    private enum Name: String {
        case unreadableRequest
        case unknownGroup
        case unknownUser
        case wrongGroup
        case noAPIKey
        case signatureMismatch
        case apiKeyRetired
        case apiKeyRevoked
        case expired
        case expiresTooLate
        case alreadyUsed
        case wrongPassword
        case userSuspended
        case userDeleted
        case userLockedOut
        case missingPrivilege
        case notAdministrator
        case invalidToken
        case expiredToken
        case foreignOrigin
        case clientNotEnrolled
        case wrongClientProof
        case loginKeyURLNotAllowed
        case unknownKeyID
        case version1NotAllowed
        case passwordNotAllowed
        case secondFactorNeeded
        case wrongCode
        case tooManyCodes
        case passwordOrFactorChanged
        case securityKeyNeeded
        case unknownSecurityKey
        case wrongSecurityKey
        case counterWentBack
        case securityKeyTaken
        case tooManySecurityKeys
        case passwordChanged
        case noPassword
        case noEmail
        case tooManyLinks
        case mailNotSent
        case unknownVisit
        case wrongProvider
        case providerRefused
        case providerUnavailable
        case codeRefused
        case unverifiedEmail
        case ambiguousUser
    }

    /// The code in lower camel case, as in the audit.
    package let description: String

    private init(_ name: Name) {
        self.description = name.rawValue
    }

    /// The reason of a malformed credential: the code of the error that reading it gave.
    init(_ code: some CustomStringConvertible) {
        self.description = code.description
    }

    /// The request's parameters could not be read, or one is there twice.
    package static let unreadableRequest = Self(.unreadableRequest)
    /// No group has this PartnerId.
    package static let unknownGroup = Self(.unknownGroup)
    /// The signature is right, but the group has no such user; or no user has this user name.
    package static let unknownUser = Self(.unknownUser)
    /// The user exists, but in another group than the one asked for.
    package static let wrongGroup = Self(.wrongGroup)
    /// The group has no API key.
    package static let noAPIKey = Self(.noAPIKey)
    /// No API key of the group made this signature for this PartnerId and PartnerUserId.
    package static let signatureMismatch = Self(.signatureMismatch)
    /// The signature is right, but its API key is past its end.
    package static let apiKeyRetired = Self(.apiKeyRetired)
    /// The signature is right, but its API key was revoked.
    package static let apiKeyRevoked = Self(.apiKeyRevoked)
    /// The LoginKey is past its expiry.
    package static let expired = Self(.expired)
    /// The LoginKey's expiry is more than a day ahead.
    package static let expiresTooLate = Self(.expiresTooLate)
    /// The LoginKey or ticket was used before, and the group's use policy does not allow it again.
    package static let alreadyUsed = Self(.alreadyUsed)
    /// The password is wrong, or the user has none.
    package static let wrongPassword = Self(.wrongPassword)
    /// The user is suspended.
    package static let userSuspended = Self(.userSuspended)
    /// The user is deleted.
    package static let userDeleted = Self(.userDeleted)
    /// The user is locked out.
    package static let userLockedOut = Self(.userLockedOut)
    /// The group or the role does not give a needed privilege.
    package static let missingPrivilege = Self(.missingPrivilege)
    /// The user is not an administrator, and only those may do this.
    package static let notAdministrator = Self(.notAdministrator)
    /// A token, ticket or cookie was not made here.
    package static let invalidToken = Self(.invalidToken)
    /// A token, ticket or cookie is past its end.
    package static let expiredToken = Self(.expiredToken)
    /// The page that sent the request is not on the group's list of origins.
    package static let foreignOrigin = Self(.foreignOrigin)
    /// The launch ticket came from a client that its user has not connected; the detail is the client's key.
    package static let clientNotEnrolled = Self(.clientNotEnrolled)
    /// The launch ticket came without the signature of the client that presented it.
    package static let wrongClientProof = Self(.wrongClientProof)
    /// The LoginKey was in a URL, and the group does not allow that.
    package static let loginKeyURLNotAllowed = Self(.loginKeyURLNotAllowed)
    /// The group has no API key with the id that the LoginKey of version 2 names.
    package static let unknownKeyID = Self(.unknownKeyID)
    /// The LoginKey is of version 1, and the group insists on version 2.
    package static let version1NotAllowed = Self(.version1NotAllowed)
    /// The password is right, but the group does not allow passwords.
    package static let passwordNotAllowed = Self(.passwordNotAllowed)
    /// The password is right, but a second factor is needed, and this kind of request cannot ask for it.
    package static let secondFactorNeeded = Self(.secondFactorNeeded)
    /// The password was right, but the code is not.
    package static let wrongCode = Self(.wrongCode)
    /// The user has had too many wrong codes recently; this one was not checked.
    package static let tooManyCodes = Self(.tooManyCodes)
    /// The user has another password or another second factor than when the code was asked for.
    package static let passwordOrFactorChanged = Self(.passwordOrFactorChanged)
    /// The code is right, but the group wants this user's security key, or a recovery code.
    package static let securityKeyNeeded = Self(.securityKeyNeeded)
    /// The user has no such security key; somebody else may have it.
    package static let unknownSecurityKey = Self(.unknownSecurityKey)
    /// What the security key or the browser has sent is not right; the detail says what.
    package static let wrongSecurityKey = Self(.wrongSecurityKey)
    /// The security key has counted fewer uses than it had: there may be a copy of it.
    package static let counterWentBack = Self(.counterWentBack)
    /// The security key that was to be added already belongs to a user.
    package static let securityKeyTaken = Self(.securityKeyTaken)
    /// The user has as many security keys as a user may have.
    package static let tooManySecurityKeys = Self(.tooManySecurityKeys)
    /// The user's password has changed since the sign-in was made, or the link was sent.
    package static let passwordChanged = Self(.passwordChanged)
    /// The user has no password that could be forgotten.
    package static let noPassword = Self(.noPassword)
    /// The user has no e-mail address, or none that a mail can be sent to.
    package static let noEmail = Self(.noEmail)
    /// The user was sent too many links recently.
    package static let tooManyLinks = Self(.tooManyLinks)
    /// The mail server did not accept the mail; the log says why.
    package static let mailNotSent = Self(.mailNotSent)
    /// The browser has not begun a sign-in with this state at a provider.
    package static let unknownVisit = Self(.unknownVisit)
    /// A different provider answered from the one that was asked, or it is no longer connected.
    package static let wrongProvider = Self(.wrongProvider)
    /// The provider sent the user back with an error; the detail is its code.
    package static let providerRefused = Self(.providerRefused)
    /// The provider did not answer when the code was to be redeemed.
    package static let providerUnavailable = Self(.providerUnavailable)
    /// The provider does not accept the code, or this client; the detail is its error code.
    package static let codeRefused = Self(.codeRefused)
    /// The provider says that the e-mail address is not verified.
    package static let unverifiedEmail = Self(.unverifiedEmail)
    /// Several users of the group have the e-mail address.
    package static let ambiguousUser = Self(.ambiguousUser)
}
