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

    private static let names = [
        (Self.annotate, "annotate"), (.navigate, "navigate"), (.assist, "assist"), (.invite, "invite"),
    ]

    /// Reads ``text``; names that are not known here are ignored.
    package init(text: String) {
        let given = text.split(separator: " ")
        self.init(Self.names.filter { given.contains($0.1[...]) }.map(\.0))
    }

    /// The wire names in the order of the bits, with a blank between them: texts of the control plane are flat objects.
    package var text: String {
        Self.names.filter { contains($0.0) }.map(\.1).joined(separator: " ")
    }
}
