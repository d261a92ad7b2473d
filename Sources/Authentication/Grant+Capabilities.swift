internal import Accounts
package import WireProtocol

extension Grant {
    /// What the agent may do in a live session besides seeing the page.
    package var capabilities: AgentCapabilities {
        let pairs: [(PrivilegeSet, AgentCapabilities)] = [
            (.agentAnnotation, .annotate), (.navigationAssist, .navigate), (.remoteAssist, .assist),
            (.inviteGuest, .invite),
        ]
        return pairs.reduce(into: []) { if privileges.contains($1.0) { $0.insert($1.1) } }
    }
}
