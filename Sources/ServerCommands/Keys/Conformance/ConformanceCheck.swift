/// One input for a generator of either version, and what it must answer.
protocol ConformanceCheck: Sendable {
    /// What is tried.
    var name: String { get }
    /// What the generator is called with.
    var arguments: [String] { get }
    /// What it finds in LATCHKEY_API_KEY.
    var apiKey: String { get }
    /// Whether the input has no LoginKey: the generator must end with a code other than 0.
    var mustFail: Bool { get }

    /// What is wrong with what it printed if it ended well; `nil` if nothing is.
    func fault(in answer: String) throws -> String?
}

extension ConformanceCheck {
    /// What is wrong with an outcome; `nil` if nothing is.
    func fault(in outcome: Generator.Outcome) throws -> String? {
        guard let status = outcome.status else { return "the generator did not end in time, or crashed" }
        if mustFail {
            return status == 0 ? "it should have refused, with an exit code other than 0" : nil
        }
        guard status == 0 else { return "it exited with code \(status)" }
        return try fault(in: outcome.text)
    }
}
