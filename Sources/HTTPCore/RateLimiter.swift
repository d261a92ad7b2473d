internal import Synchronization

/// Token buckets by name: so many at once, refilled evenly.
///
/// Memory is bounded; full buckets are forgotten first.
package final class RateLimiter: Sendable {
    /// How large a bucket is and how fast it is refilled.
    package struct Rate: Sendable {
        package var burst: Double
        package var perSecond: Double

        package init(burst: Double, perSecond: Double) {
            self.burst = burst
            self.perSecond = perSecond
        }
    }

    private struct Bucket {
        var tokens: Double
        var updatedAt: Int64
    }

    private static let maximumBuckets = 100_000

    private let rate: Rate
    private let buckets = Mutex<[String: Bucket]>([:])

    package init(_ rate: Rate) {
        self.rate = rate
    }

    /// Whether a token is left, without taking it.
    package func allows(_ name: String, at milliseconds: Int64) -> Bool {
        buckets.withLock { buckets in
            guard let bucket = buckets[name] else { return true }
            return tokens(in: bucket, at: milliseconds) >= 1
        }
    }

    /// Takes a token; `false` if none is left.
    @discardableResult
    package func take(_ name: String, at milliseconds: Int64) -> Bool {
        buckets.withLock { buckets in
            let bucket = buckets[name] ?? Bucket(tokens: rate.burst, updatedAt: milliseconds)
            let tokens = tokens(in: bucket, at: milliseconds)
            if buckets.count >= Self.maximumBuckets { forgetFull(&buckets, at: milliseconds) }
            buckets[name] = Bucket(tokens: max(tokens - 1, 0), updatedAt: milliseconds)
            return tokens >= 1
        }
    }

    /// Gives a token back that was taken for something that turned out not to count.
    package func giveBack(_ name: String) {
        buckets.withLock { $0[name]?.tokens += 1 }
    }

    private func tokens(in bucket: Bucket, at milliseconds: Int64) -> Double {
        let elapsed = Double(max(milliseconds - bucket.updatedAt, 0)) / 1000
        return min(bucket.tokens + elapsed * rate.perSecond, rate.burst)
    }

    private func forgetFull(_ buckets: inout [String: Bucket], at milliseconds: Int64) {
        buckets = buckets.filter { tokens(in: $0.value, at: milliseconds) < rate.burst }
        if buckets.count >= Self.maximumBuckets { buckets.removeAll() }
    }
}
