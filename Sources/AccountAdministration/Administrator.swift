package import Accounts

/// Who changes accounts: an administrator of a group through a service, an identity provider when its users sign in, or the
/// operator on the command line.
package struct Administrator: Sendable {
    /// The administrator's own user; `nil` for the operator and for a provider.
    package let userID: User.ID?
    /// Whether this is the operator of the installation, who may change everything.
    package let isOperator: Bool
    private let template: AuditEvent
    private let channel: String

    /// Makes an administrator.
    ///
    /// - Parameters:
    ///   - userID: The administrator's own user; `nil` for the operator.
    ///   - template: When, from where, who: what the audit events of all changes share.
    ///   - channel: The service, such as `scim`; empty for the command line.
    package init(_ userID: User.ID?, recording template: AuditEvent, by channel: String = "") {
        self.userID = userID
        self.isOperator = userID == nil
        self.template = template
        self.channel = channel
    }

    private init(providerRecording template: AuditEvent) {
        self.userID = nil
        self.isOperator = false
        self.template = template
        self.channel = ""
    }

    /// An identity provider, whose word changes its own users and its own keys.
    ///
    /// - Parameter template: When, from where, who: what the audit events of all changes share.
    /// - Returns: Its administrator, who is not the operator.
    package static func identityProvider(recording template: AuditEvent) -> Self {
        Self(providerRecording: template)
    }

    /// The event of one change.
    ///
    /// - Parameter detail: What was changed, without any secret.
    /// - Returns: The event, to be written together with the change.
    package func event(_ detail: String) -> AuditEvent {
        var event = template
        event.detail = channel.isEmpty ? detail : "\(channel): \(detail)"
        return event
    }
}
