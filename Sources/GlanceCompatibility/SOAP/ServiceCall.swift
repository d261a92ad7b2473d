internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// What an operation is called with, in whatever style.
struct ServiceCall: Sendable {
    /// The parameters of query and body.
    let fields: FieldSet
    /// Which of them stood in the query.
    let namesInURL: [String]
    let context: WebContext
    let origin: RequestOrigin

    /// The attempt of signing the caller in.
    ///
    /// - Parameters:
    ///   - purpose: What the audit calls it.
    ///   - required: The privileges without which there is nothing to do.
    ///   - command: What a LoginKey of version 2 has to be for, with the session of `ssnkey`; `nil` where none is taken.
    /// - Returns: When, from where, what for.
    func attempt(_ purpose: String, _ required: PrivilegeSet = [], command: LoginKeyCommand? = nil) -> Attempt {
        let credentials = [ParameterName.loginKey, ParameterName.partnerUserID]
        var attempt = context.attempt(
            purpose,
            required: required,
            origin: origin,
            loginKeyPurpose: command.flatMap {
                try? LoginKeyPurpose($0, sessionKey: fields.nonEmpty(ParameterName.sessionServiceKey))
            }
        )
        attempt.isFromURL = namesInURL.contains(where: credentials.contains)
        return attempt
    }
}
