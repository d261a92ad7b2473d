/// How long things took, in constant memory: a value is known to 1/32 of itself.
package struct LatencyHistogram: Sendable {
    /// So many counters for each doubling.
    private static let steps: Int64 = 32

    private var counts: [Int] = []
    /// How many values there are.
    package private(set) var count = 0
    /// The largest, in microseconds.
    package private(set) var maximum: Int64 = 0

    /// Makes an empty one.
    package init() {}

    /// Adds a value in microseconds.
    package mutating func add(_ microseconds: Int64) {
        let value = max(microseconds, 0)
        let index = Self.index(of: value)
        if index >= counts.count { counts += [Int](repeating: 0, count: index + 1 - counts.count) }
        counts[index] += 1
        count += 1
        maximum = max(maximum, value)
    }

    /// The value that so many of a hundred do not exceed, in microseconds.
    package func percentile(_ percent: Double) -> Int64 {
        let rank = max(Int((Double(count) * percent / 100).rounded(.up)), 1)
        var seen = 0
        for (index, number) in counts.enumerated() {
            seen += number
            if seen >= rank { return min(Self.upperBound(of: index), maximum) }
        }
        return 0
    }

    /// How many values lie below each power of two and not below the one before, in microseconds; without empty ends.
    package var octaves: [(below: Int64, count: Int)] {
        var found: [(below: Int64, count: Int)] = []
        for (index, number) in counts.enumerated() where number > 0 {
            let below = Self.octave(of: Self.upperBound(of: index))
            while let last = found.last, last.below < below { found.append((last.below * 2, 0)) }
            if found.isEmpty { found.append((below, 0)) }
            found[found.count - 1].count += number
        }
        return found
    }

    private static func octave(of value: Int64) -> Int64 { 1 << (64 - value.leadingZeroBitCount) }

    /// Small values have a counter each; from there on each doubling has ``steps``.
    private static func index(of value: Int64) -> Int {
        guard value >= steps else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - (63 - steps.leadingZeroBitCount)
        return Int(steps * Int64(shift) + value >> Int64(shift))
    }

    private static func upperBound(of index: Int) -> Int64 {
        let index = Int64(index)
        guard index >= 2 * steps else { return index }
        let shift = index / steps - 1
        return ((index - shift * steps + 1) << shift) - 1
    }
}
