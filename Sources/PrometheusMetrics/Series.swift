internal import CoreMetrics
internal import Synchronization

/// One thing that is measured, with one set of labels.
protocol Series: AnyObject, Sendable {
    /// How Prometheus calls the kind.
    var type: String { get }

    /// Its lines, each with its end.
    func lines(_ name: String, _ labels: String) -> String
}

extension Series {
    static func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
}

/// What only grows.
final class CounterSeries: Series, CounterHandler {
    private let value = Atomic<Int64>(0)

    var type: String { "counter" }

    func increment(by amount: Int64) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        value.store(0, ordering: .relaxed)
    }

    func lines(_ name: String, _ labels: String) -> String {
        Self.line(name, labels, "\(value.load(ordering: .relaxed))")
    }
}

/// What is now.
final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    var type: String { "gauge" }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    func lines(_ name: String, _ labels: String) -> String {
        Self.line(name, labels, "\(value.withLock { $0 })")
    }
}

/// How many lie below some bounds, and their sum; for durations in seconds.
final class HistogramSeries: Series, TimerHandler, RecorderHandler {
    private struct State {
        var counts = [Int64](repeating: 0, count: HistogramSeries.bounds.count + 1)
        var sum = 0.0
    }

    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private let state = Mutex(State())

    var type: String { "histogram" }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let index = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    func lines(_ name: String, _ labels: String) -> String {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        let prefix = labels.isEmpty ? "" : labels + ","
        var total: Int64 = 0
        var text = ""
        for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], counts) {
            total += count
            text += Self.line(name + "_bucket", "\(prefix)le=\"\(bound)\"", "\(total)")
        }
        return text + Self.line(name + "_sum", labels, "\(sum)") + Self.line(name + "_count", labels, "\(total)")
    }
}
