package import Accounts
package import Authentication
package import LoginKey

extension WebContext {
    /// The request as an attempt to sign in: when, from where, and under which correlation id.
    ///
    /// The parameters are those of ``Authentication/Attempt``, whose other properties have their defaults.
    package func attempt(
        _ purpose: String,
        required: PrivilegeSet = [],
        mustBeAdministrator: Bool = false,
        onlyGroup: PartnerID? = nil,
        origin: RequestOrigin = .own,
        action: AuditEvent.Action = .authenticate,
        loginKeyPurpose: LoginKeyPurpose? = .authenticate
    ) -> Attempt {
        Attempt(
            time: time,
            correlationID: correlationID,
            source: source,
            purpose: purpose,
            required: required,
            mustBeAdministrator: mustBeAdministrator,
            onlyGroup: onlyGroup,
            origin: origin,
            action: action,
            loginKeyPurpose: loginKeyPurpose
        )
    }
}
