package import LoginKey
package import WireCodec
internal import WireProtocol

/// What somebody presents to be signed in (`docs/protocol.md#authorize`).
package enum Credentials: Sendable {
    /// A LoginKey, for a PartnerUserId or a user name.
    case loginKey(LoginKeyCredentials)
    /// A user name and a password.
    case password(Username, String)
    /// A launch ticket with the proof of the client that received it.
    case launchTicket(ClientProof)
    /// A `GSSNID` from an earlier sign-in.
    case sessionID(String)
}

extension Credentials {
    /// Reads exactly one of the documented credential sets from decoded parameters.
    ///
    /// - Throws: ``LoginKeyError``: ``LoginKeyError/Code/missingCredentials`` if there are no credentials,
    ///   ``LoginKeyError/Code/conflictingCredentials`` if there are two, or the code of a malformed field.
    package init(_ fields: FieldSet) throws(LoginKeyError) {
        let partnerID = fields.nonEmpty(ParameterName.partnerID)
        let partnerUserID = fields.nonEmpty(ParameterName.partnerUserID)
        let username = fields.nonEmpty(ParameterName.username)
        let password = fields.nonEmpty(ParameterName.password)
        let loginKey = fields.nonEmpty(ParameterName.loginKey)
        let sessionID = fields.nonEmpty(ParameterName.gssnID)
        let ticket = fields.nonEmpty(ParameterName.ticket)
        let hasLoginKey = loginKey != nil || partnerUserID != nil || partnerID != nil

        if let ticket {
            guard !hasLoginKey, username == nil, password == nil, sessionID == nil else { throw Self.conflict }
            let proof = ClientProof(
                ticket: ticket,
                key: fields.nonEmpty(ParameterName.clientKey) ?? "",
                signature: fields.nonEmpty(ParameterName.clientProof) ?? ""
            )
            guard let proof else {
                throw LoginKeyError(code: .missingCredentials, message: "the ticket has no client's proof with it")
            }
            self = .launchTicket(proof)
        } else if let sessionID {
            guard !hasLoginKey, username == nil, password == nil else { throw Self.conflict }
            self = .sessionID(sessionID)
        } else if let password {
            guard !hasLoginKey else { throw Self.conflict }
            guard let username else {
                throw LoginKeyError(code: .missingCredentials, message: "the field username is missing")
            }
            self = .password(try Username(parsing: username), password)
        } else {
            let credentials = try LoginKeyCredentials(
                partnerID: partnerID,
                partnerUserID: partnerUserID,
                username: username,
                loginKey: loginKey
            )
            self = .loginKey(credentials)
        }
    }

    private static var conflict: LoginKeyError {
        LoginKeyError(code: .conflictingCredentials, message: "the request holds more than one set of credentials")
    }
}
