extension Generator {
    /// What a generator does wrong whatever it is given, so that it is said once; `nil` if there is no such thing.
    ///
    /// It is looked for where a LoginKey had to be made, before everything is tried.
    static func commonFault(of outcomes: [(check: any ConformanceCheck, outcome: Outcome)]) -> String? {
        let answers = outcomes.filter { !$0.check.mustFail }.map(\.outcome)
        let statuses = Set(answers.map(\.status))
        if statuses.count == 1, let status = statuses.first {
            guard let status else { return "the generator did not end in time, or crashed, whatever it was given" }
            switch status {
            case 0: break
            case 126: return "the generator cannot be executed (code 126): is its first line right, and what it names?"
            case 127: return "something that the generator needs is not there (code 127): is its first line right?"
            default: return "the generator exits with code \(status) whatever it is given"
            }
        }
        if answers.allSatisfy({ $0.status == 0 && $0.text.isEmpty }) {
            return "the generator prints nothing, whatever it is given; it has to print the LoginKey to standard output"
        }
        let lines = answers.map { $0.text.split(whereSeparator: \.isNewline).count }
        guard let least = lines.min(), least > 1 else { return nil }
        return "the generator prints \(least) lines or more each time; it has to print the LoginKey alone, on one line"
    }
}
