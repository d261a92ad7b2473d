package import CoreMetrics
internal import Synchronization

/// Keeps what the process measures, and prints it in the text format that Prometheus reads.
///
/// Durations are histograms in seconds. Source: the text-based exposition format of Prometheus, version 0.0.4.
package final class PrometheusRegistry: MetricsFactory, Sendable {
    private struct Key: Hashable {
        let name: String
        let labels: String
    }

    private let series = Mutex<[Key: any Series]>([:])

    private let help: [String: String]

    /// Makes an empty registry.
    ///
    /// - Parameter help: What is measured, in one line, by name.
    package init(help: [String: String] = [:]) {
        self.help = help
    }

    /// All series, sorted by name and labels, each name with its type once.
    package var text: String {
        let all = series.withLock { $0 }
        var text = ""
        var name = ""
        for (key, series) in all.sorted(by: { ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels) }) {
            if key.name != name {
                if let help = help[key.name] { text += "# HELP \(key.name) \(help)\n" }
                text += "# TYPE \(key.name) \(series.type)\n"
            }
            name = key.name
            text += series.lines(key.name, key.labels)
        }
        return text
    }

    /// The counter of a label with these dimensions; the same one each time.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        find(label, dimensions) { CounterSeries() }
    }

    /// The gauge of a label with these dimensions; the same one each time.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        find(label, dimensions) { GaugeSeries() }
    }

    /// The histogram, or without `aggregate` the gauge, of a label with these dimensions.
    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? find(label, dimensions) { HistogramSeries() } : find(label, dimensions) { GaugeSeries() }
    }

    /// The histogram, in seconds, of a label with these dimensions.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        find(label, dimensions) { HistogramSeries() }
    }

    // Prometheus counts on: a series that is gone and comes back would look like a restart.
    /// Does nothing: what was counted stays.
    package func destroyCounter(_ handler: any CounterHandler) {}
    /// Does nothing: what was measured stays.
    package func destroyMeter(_ handler: any MeterHandler) {}
    /// Does nothing: what was recorded stays.
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Does nothing: what was timed stays.
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func find<Found: Series>(
        _ label: String,
        _ dimensions: [(String, String)],
        _ make: () -> Found
    ) -> Found {
        let key = Key(name: Self.name(label), labels: Self.labels(dimensions))
        return series.withLock { series in
            if let found = series[key] as? Found { return found }
            let made = make()
            series[key] = made
            return made
        }
    }

    /// Letters, digits, `_` and `:` only.
    private static func name(_ label: String) -> String {
        String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
    }

    private static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { label, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(name(label))=\"\(escaped)\""
        }
        .joined(separator: ",")
    }
}
