package import Accounts

/// Who changes accounts: an administrator of a group through a service, or the operator on the command line.
package struct Administrator: Sendable {
    /// The administrator's own user; `nil` for the operator.
    package let userID: User.ID?
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
        self.template = template
        self.channel = channel
    }

    /// Whether this is the operator of the installation, who may change everything.
    package var isOperator: Bool { userID == nil }

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
