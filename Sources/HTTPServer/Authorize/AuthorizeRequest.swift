internal import Accounts
internal import Authentication
package import HTTPCore
internal import LoginKey
package import WireCodec
internal import WireProtocol

/// What `Authorize` is asked for, besides the credentials (`docs/protocol.md#authorize`).
package struct AuthorizeRequest: Sendable {
    /// What the token is for.
    var service = TokenService.webServices
    /// How long the token lives, in minutes: 1 to 120.
    var minutes: Int64 = 60
    /// The group that the user must be in, if the caller names one.
    var groupID: PartnerID?
    /// What a LoginKey of version 2 must be for.
    var loginKeyPurpose: LoginKeyPurpose?

    /// Reads the parameters; those that are missing have the values above.
    ///
    /// - Throws: ``AnswerError/badRequest(_:)``.
    package init(_ fields: FieldSet) throws(AnswerError) {
        self.loginKeyPurpose = LoginKeyPurpose.named(in: fields)
        if let text = fields.nonEmpty(ParameterName.service) {
            guard let service = TokenService(rawValue: text.lowercased()) else {
                throw .badRequest("service is webservices, presence or client")
            }
            self.service = service
        }
        if let text = fields.nonEmpty(ParameterName.duration) {
            guard let minutes = Int64(text), (1...120).contains(minutes) else {
                throw .badRequest("duration is 1 to 120 minutes")
            }
            self.minutes = minutes
        }
        if let text = fields.nonEmpty(ParameterName.site) {
            guard Site(rawValue: text.lowercased()) != nil else { throw .badRequest("site is production or staging") }
        }
        if let text = fields.nonEmpty(ParameterName.groupID) {
            guard let groupID = try? PartnerID(parsing: text) else { throw .badRequest("groupid is 1 to 10 digits") }
            self.groupID = groupID
        }
    }
}
