/// The agents whom the visitor has let in, and which of them is in control.
package struct SessionRoster: Equatable, Sendable {
    /// One agent.
    package struct Entry: Equatable, Sendable {
        /// Names the agent within the session, and nowhere else.
        package var number: Int
        /// What the others read.
        package var name: String
        /// Whether the connection is broken.
        package var isAway = false
        /// Whether the agent has asked for control.
        package var wantsControl = false

        /// Describes an agent.
        package init(number: Int, name: String, isAway: Bool = false, wantsControl: Bool = false) {
            self.number = number
            self.name = name
            self.isAway = isAway
            self.wantsControl = wantsControl
        }
    }

    /// In the order in which they came.
    package var entries: [Entry]
    /// The number of the one in control.
    package var control: Int
    /// The name of the agent whom the visitor is asked about at the moment; empty if nobody waits.
    package var asked: String

    /// Describes who is there.
    package init(entries: [Entry], control: Int, asked: String = "") {
        self.entries = entries
        self.control = control
        self.asked = asked
    }

    /// The name of the agent in control.
    var controlName: String { entries.first { $0.number == control }?.name ?? "" }

    /// A list of names as one text, a line each.
    var names: String {
        entries.map { $0.name.split(whereSeparator: \.isNewline).joined(separator: " ") }.joined(separator: "\n")
    }

    /// The numbers of those to whom something applies, with a blank between them.
    func numbers(where applies: (Entry) -> Bool = { _ in true }) -> String {
        entries.filter(applies).map { String($0.number) }.joined(separator: " ")
    }
}
