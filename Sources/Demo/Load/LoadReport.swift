/// What a load has come to.
package struct LoadReport: Encodable, Sendable {
    /// One operation.
    package struct Row: Encodable, Sendable {
        /// Values between two powers of two.
        package struct Bar: Encodable, Sendable {
            /// The upper end, in milliseconds.
            package let below: Double
            /// How many.
            package let count: Int
        }

        /// What was done.
        package let operation: String
        /// How often.
        package let requests: Int
        /// How often it failed.
        package let failed: Int
        /// How often it failed, by the status of the answer or by a word.
        package let failures: [String: Int]
        /// What the first failure of each kind was, in a sentence.
        package let reasons: [String: String]
        /// How often it went well in each second.
        package let perSecond: Double
        /// In milliseconds: so long took no more than half, 90 and 99 of a hundred, and the longest.
        package let p50, p90, p99, max: Double
        /// How they are spread.
        package let histogram: [Bar]
    }

    /// In the order in which they were done first.
    package let operations: [Row]
    /// How long it took.
    package let seconds: Double

    /// Sums up.
    package init(_ recorder: LoadRecorder, taking duration: Duration) {
        let seconds = duration / .seconds(1)
        self.seconds = seconds
        operations = recorder.operations.map { Row($0, seconds: seconds) }
    }

    /// Whether everything went well, and anything was done at all.
    package var isClean: Bool { !operations.isEmpty && operations.allSatisfy { $0.failed == 0 } }
}

extension LoadReport.Row {
    fileprivate init(_ operation: LoadRecorder.Operation, seconds: Double) {
        let latencies = operation.latencies
        self.operation = operation.name
        failures = operation.failures.mapValues(\.count)
        reasons = operation.failures.mapValues(\.first)
        failed = failures.values.reduce(0, +)
        requests = latencies.count + failed
        perSecond = seconds > 0 ? Double(latencies.count) / seconds : 0
        p50 = Double(latencies.percentile(50)) / 1000
        p90 = Double(latencies.percentile(90)) / 1000
        p99 = Double(latencies.percentile(99)) / 1000
        max = Double(latencies.maximum) / 1000
        histogram = latencies.octaves.map { Bar(below: Double($0.below) / 1000, count: $0.count) }
    }
}
