/// What was checked on credentials, in order, and what failed, in words that an integrator can act on.
package struct Explanation: Sendable, Encodable {
    /// One check.
    package struct Step: Sendable, Encodable {
        /// What was checked.
        package let check: String
        /// Whether it passed.
        package let passed: Bool
        /// What was found, or what to do.
        package let finding: String
    }

    /// The checks that were made.
    ///
    /// Nothing is checked after one whose failure makes the rest meaningless.
    package private(set) var steps: [Step] = []

    /// Whether the credentials would be accepted now.
    package var isGood: Bool { steps.allSatisfy(\.passed) }

    private enum CodingKeys: String, CodingKey {
        case accepted
        case steps
    }

    /// Encodes the checks, and as `accepted` whether the credentials would be accepted now.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isGood, forKey: .accepted)
        try container.encode(steps, forKey: .steps)
    }

    mutating func pass(_ check: String, _ finding: String) {
        steps.append(Step(check: check, passed: true, finding: finding))
    }

    mutating func fail(_ check: String, _ finding: String) {
        steps.append(Step(check: check, passed: false, finding: finding))
    }
}
