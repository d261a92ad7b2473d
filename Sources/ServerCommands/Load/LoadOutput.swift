internal import ArgumentParser
internal import Demo
internal import Foundation
internal import SystemSupport

/// A load's report, for the terminal.
struct LoadOutput {
    private static let barLength = 50

    let report: LoadReport

    /// Prints it.
    ///
    /// - Throws: `ExitCode` 1 if anything failed.
    func print(_ output: OutputOptions) throws {
        if output.json {
            try output.print(report, text: "")
        } else {
            try printTable(output)
            for row in report.operations { printDetails(row) }
        }
        if !report.isClean { throw ExitCode(1) }
    }

    private func printTable(_ output: OutputOptions) throws {
        try output.print(
            report.operations,
            columns: [
                ("operation", { $0.operation }), ("requests", { "\($0.requests)" }), ("failed", { "\($0.failed)" }),
                ("per second", { Self.number($0.perSecond) }), ("p50 ms", { Self.number($0.p50) }),
                ("p90 ms", { Self.number($0.p90) }), ("p99 ms", { Self.number($0.p99) }),
                ("max ms", { Self.number($0.max) }),
            ],
            empty: "Nothing was done."
        )
        Swift.print("in \(Self.number(report.seconds)) s")
    }

    private func printDetails(_ row: LoadReport.Row) {
        Swift.print("\n\(row.operation)")
        for (word, count) in row.failures.sorted(by: { $0.key < $1.key }) {
            let reason = TerminalText.harmless(row.reasons[word] ?? "")
            Swift.print("  failed with \(word): \(count); the first: \(reason)")
        }
        let largest = row.histogram.map(\.count).max() ?? 0
        for bar in row.histogram {
            let length = (bar.count * Self.barLength + largest - 1) / max(largest, 1)
            let line = "  < \(Self.number(bar.below).leftPadded(9)) ms \("\(bar.count)".leftPadded(9))"
            Swift.print(length > 0 ? line + " " + String(repeating: "#", count: length) : line)
        }
    }

    private static func number(_ value: Double) -> String {
        String(format: value < 10 ? "%.2f" : "%.1f", value)
    }
}

extension String {
    fileprivate func leftPadded(_ width: Int) -> String {
        String(repeating: " ", count: max(width - count, 0)) + self
    }
}
