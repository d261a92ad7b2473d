public import Accounts
internal import LoginKey

/// What became of an attempt: a grant, or a refusal with its reason.
public enum Decision: Sendable {
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
    public var grant: Grant? {
        guard case .granted(let grant) = self else { return nil }
        return grant
    }
}

/// A signed-in user with what they may do.
public struct Grant: Sendable {
    /// The user's group.
    public let group: Group
    /// The user.
    public let user: User
    /// What the user may do: the group's privileges narrowed by the role.
    public let privileges: PrivilegeSet
    /// When the sign-in ends that this one was got with, in Unix seconds; `nil` for a new one.
    package var signInEnds: Int64?
    /// The API key that the sign-in goes back to; `nil` if it was got in another way.
    package var apiKeyID: APIKeyRecord.ID?
    /// The click that a ticket belongs to; `nil` where there was none.
    package var correlationID: CorrelationID?

    /// The PartnerUserId, or the user name of a user without one.
    public var actor: String { user.partnerUserID?.text ?? user.username.text }
}

/// Why somebody was refused, for the audit and the administrator.
public struct RefusalReason: Hashable, Sendable, CustomStringConvertible {
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
        case unknownVisit
        case wrongProvider
        case providerRefused
        case providerUnavailable
        case codeRefused
        case unverifiedEmail
        case ambiguousUser
    }

    /// The code in lower camel case, as it stands in the audit.
    public let description: String

    private init(_ name: Name) {
        self.description = name.rawValue
    }

    /// The reason of a malformed credential: the code of the error that reading it gave.
    init(_ code: some CustomStringConvertible) {
        self.description = code.description
    }

    /// The request's parameters could not be read, or one stands there twice.
    public static let unreadableRequest = Self(.unreadableRequest)
    /// No group has this PartnerId.
    public static let unknownGroup = Self(.unknownGroup)
    /// The signature is right, but the group has no such user; or no user has this user name.
    public static let unknownUser = Self(.unknownUser)
    /// The user exists, but in another group than the one asked for.
    public static let wrongGroup = Self(.wrongGroup)
    /// The group has no API key.
    public static let noAPIKey = Self(.noAPIKey)
    /// No API key of the group made this signature for this PartnerId and PartnerUserId.
    public static let signatureMismatch = Self(.signatureMismatch)
    /// The signature is right, but its API key is past its end.
    public static let apiKeyRetired = Self(.apiKeyRetired)
    /// The signature is right, but its API key was revoked.
    public static let apiKeyRevoked = Self(.apiKeyRevoked)
    /// The LoginKey is past its expiry.
    public static let expired = Self(.expired)
    /// The LoginKey's expiry lies more than a day ahead.
    public static let expiresTooLate = Self(.expiresTooLate)
    /// The LoginKey or ticket was used before, and the group's use policy does not allow it again.
    public static let alreadyUsed = Self(.alreadyUsed)
    /// The password is wrong, or the user has none.
    public static let wrongPassword = Self(.wrongPassword)
    /// The user is suspended.
    public static let userSuspended = Self(.userSuspended)
    /// The user is deleted.
    public static let userDeleted = Self(.userDeleted)
    /// The user is locked out.
    public static let userLockedOut = Self(.userLockedOut)
    /// The group or the role does not give a needed privilege.
    public static let missingPrivilege = Self(.missingPrivilege)
    /// The user is no administrator, and only those may do this.
    public static let notAdministrator = Self(.notAdministrator)
    /// A token, ticket or cookie was not made here.
    public static let invalidToken = Self(.invalidToken)
    /// A token, ticket or cookie is past its end.
    public static let expiredToken = Self(.expiredToken)
    /// The page that sent the request is not on the group's list of origins.
    public static let foreignOrigin = Self(.foreignOrigin)
    /// The launch ticket came from a client that its user has not connected; the detail is the client's key.
    public static let clientNotEnrolled = Self(.clientNotEnrolled)
    /// The launch ticket came without the signature of the client that presented it.
    public static let wrongClientProof = Self(.wrongClientProof)
    /// The LoginKey stood in a URL, and the group wants none there.
    public static let loginKeyURLNotAllowed = Self(.loginKeyURLNotAllowed)
    /// The group has no API key with the id that the LoginKey of version 2 names.
    public static let unknownKeyID = Self(.unknownKeyID)
    /// The LoginKey is of version 1, and the group insists on version 2.
    public static let version1NotAllowed = Self(.version1NotAllowed)
    /// The password is right, and the group wants none.
    public static let passwordNotAllowed = Self(.passwordNotAllowed)
    /// The password is right, but a second factor is needed, and what was asked cannot ask for it.
    public static let secondFactorNeeded = Self(.secondFactorNeeded)
    /// The password was right, but the code is not.
    public static let wrongCode = Self(.wrongCode)
    /// The user has had too many wrong codes lately; this one was not looked at.
    public static let tooManyCodes = Self(.tooManyCodes)
    /// The user has another password or another second factor than when the code was asked for.
    public static let passwordOrFactorChanged = Self(.passwordOrFactorChanged)
    /// The browser has begun no sign-in with this state at a provider.
    public static let unknownVisit = Self(.unknownVisit)
    /// Another provider has answered than the one that was asked, or it is not connected any more.
    public static let wrongProvider = Self(.wrongProvider)
    /// The provider has sent the user back with an error; the detail is its code.
    public static let providerRefused = Self(.providerRefused)
    /// The provider did not answer when the code was to be redeemed.
    public static let providerUnavailable = Self(.providerUnavailable)
    /// The provider does not take the code, or this client; the detail is its error code.
    public static let codeRefused = Self(.codeRefused)
    /// The provider says that the e-mail address is not verified.
    public static let unverifiedEmail = Self(.unverifiedEmail)
    /// Several users of the group have the e-mail address.
    public static let ambiguousUser = Self(.ambiguousUser)
}
