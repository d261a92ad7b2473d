/// What an agent's privileges allow in a live session, beside seeing the page.
package struct AgentCapabilities: OptionSet, Hashable, Codable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// May point, draw and highlight (`agentAnnotation`).
    package static let annotate = Self(rawValue: 1)
    /// May scroll the page and take it to another address (`navigationAssist`).
    package static let navigate = Self(rawValue: 2)
    /// May click and type, with the visitor's consent (`remoteAssist`).
    package static let assist = Self(rawValue: 4)
    /// May invite another agent of the group (`inviteGuest`).
    package static let invite = Self(rawValue: 8)

    /// The wire names in the order of the bits, with a blank between them: texts of the control plane are flat objects.
    package var text: String {
        [(Self.annotate, "annotate"), (.navigate, "navigate"), (.assist, "assist"), (.invite, "invite")]
            .filter { contains($0.0) }
            .map(\.1)
            .joined(separator: " ")
    }
}
