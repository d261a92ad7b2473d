package import Accounts
package import LoginKey

/// The circumstances of one attempt to sign in: everything that a decision takes from outside.
package struct Attempt: Sendable {
    /// When, in Unix milliseconds.
    package var time: Int64
    /// Ties the attempt to its click.
    package var correlationID: CorrelationID
    /// The address it came from.
    package var source: String
    /// What is being opened, for the audit, such as `webservices` or `page`.
    package var purpose: String
    /// The privileges that are needed there.
    package var required: PrivilegeSet
    /// Whether only an administrator of the group may do it.
    package var mustBeAdministrator: Bool
    /// The only group whose users may get in here; `nil` for any.
    package var onlyGroup: PartnerID?
    /// Which page it came from.
    package var origin: RequestOrigin
    /// What the audit calls it.
    package var action: AuditEvent.Action
    /// Whether the credentials were in a URL.
    package var isFromURL: Bool
    /// What a LoginKey of version 2 must be for; `nil` if none is accepted here (`docs/loginkey-2.md#commands`).
    package var loginKeyPurpose: LoginKeyPurpose?

    /// Makes an attempt.
    package init(
        time: Int64,
        correlationID: CorrelationID,
        source: String,
        purpose: String,
        required: PrivilegeSet = [],
        mustBeAdministrator: Bool = false,
        onlyGroup: PartnerID? = nil,
        origin: RequestOrigin = .own,
        action: AuditEvent.Action = .authenticate,
        isFromURL: Bool = false,
        loginKeyPurpose: LoginKeyPurpose? = .authenticate
    ) {
        self.time = time
        self.correlationID = correlationID
        self.source = source
        self.purpose = purpose
        self.required = required
        self.mustBeAdministrator = mustBeAdministrator
        self.onlyGroup = onlyGroup
        self.origin = origin
        self.action = action
        self.isFromURL = isFromURL
        self.loginKeyPurpose = loginKeyPurpose
    }

    /// When, in Unix seconds.
    package var seconds: Int64 { time.flooredQuotient(1000) }
}

extension Int64 {
    fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
