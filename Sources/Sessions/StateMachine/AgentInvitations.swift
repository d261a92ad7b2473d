/// The invitations to a session that its agents have made for other agents, each valid once.
struct AgentInvitations: Sendable {
    /// How long an invitation is valid, in seconds.
    static let lifetime: Int64 = 600
    /// How many may be open at once.
    static let maximum = 10

    /// How long each is valid, in Unix seconds.
    private var open: [String: Int64] = [:]

    /// Adds another one; `false` if there are too many.
    mutating func add(_ id: String, at now: Int64) -> Bool {
        open = open.filter { $0.value > now }
        guard open.count < Self.maximum else { return false }
        open[id] = now + Self.lifetime
        return true
    }

    /// Uses one up; `false` if no invitation with that id is open.
    mutating func use(_ id: String?, at now: Int64) -> Bool {
        guard let id, let end = open.removeValue(forKey: id) else { return false }
        return end > now
    }
}
