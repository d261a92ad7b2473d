package import LoginKey

/// What the panel needs to know of one Salesforce organisation.
///
/// It has no API key: LoginKeys are made with the group's newest one, so that rotating keys needs no change here.
///
/// Source: `docs/protocol.md#canvas`.
package struct SalesforceOrganization: Sendable {
    /// The organisation's id: 18 letters and digits where it was connected by the command (``SalesforceID``).
    package var id: String
    /// Company settings: the group.
    package var partnerID: PartnerID
    /// Company settings: where the PartnerUserId comes from.
    package var userField: UserField
    /// The Canvas app's consumer secret, with which Salesforce signs its requests.
    package var consumerSecret: String
    /// How long the panel's LoginKeys live, in seconds.
    package var loginKeyLifetime: Int64

    /// Makes an organisation.
    package init(
        id: String,
        partnerID: PartnerID,
        userField: UserField,
        consumerSecret: String,
        loginKeyLifetime: Int64 = 3600
    ) {
        self.id = id
        self.partnerID = partnerID
        self.userField = userField
        self.consumerSecret = consumerSecret
        self.loginKeyLifetime = loginKeyLifetime
    }

    /// The field of the Salesforce User that holds the PartnerUserId.
    package enum UserField: Hashable, Sendable {
        /// `context.user.userId`.
        case userID
        /// `context.user.userName`.
        case userName
        /// `context.user.email`.
        case email
        /// A parameter that the embedding page passes, such as `FederationIdentifier`.
        case parameter(String)

        /// Reads `userId`, `userName`, `email`, or `parameters.` and a name.
        package init?(_ text: String) {
            switch text {
            case "userId": self = .userID
            case "userName": self = .userName
            case "email": self = .email
            default:
                guard text.hasPrefix("parameters."), text.utf8.count > 11 else { return nil }
                self = .parameter(String(text.dropFirst(11)))
            }
        }

        /// The printed form.
        package var text: String {
            switch self {
            case .userID: "userId"
            case .userName: "userName"
            case .email: "email"
            case .parameter(let name): "parameters.\(name)"
            }
        }
    }
}
