/// Why a client does not carry a launch out (`docs/protocol.md#launch`).
package enum LaunchDeclineReason: String, Equatable, Sendable, CaseIterable {
    /// The user said no to the question.
    case userDeclined
    /// The user did not answer the question in time.
    case notAnswered
    /// The policy of this computer says no to such questions.
    case policyDeclined
}
