internal import Synchronization
internal import WireCodec

/// Token buckets by name: a number at once, refilled evenly.
///
/// A name that is an IPv6 address stands for its /64.
///
/// Memory is bounded: full buckets are forgotten first, then those with the most tokens, never all.
package final class RateLimiter: Sendable {
    /// How large a bucket is and how fast it is refilled.
    package struct Rate: Sendable {
        /// How many may be taken at once.
        package var burst: Double
        /// How many come back each second.
        package var perSecond: Double

        /// Makes a rate.
        package init(burst: Double, perSecond: Double) {
            self.burst = burst
            self.perSecond = perSecond
        }

        /// The part of one of several that share it; at least one at once.
        func share(among nodes: Int) -> Self {
            Self(burst: max(burst / Double(nodes), 1), perSecond: perSecond / Double(nodes))
        }
    }

    private struct Bucket {
        var tokens: Double
        var updatedAt: Int64
    }

    private static let maximumBuckets = 100_000

    private struct State {
        /// What all nodes let through together.
        var whole: Rate
        var nodes = 1
        var buckets: [String: Bucket] = [:]

        var rate: Rate { nodes == 1 ? whole : whole.share(among: nodes) }

        func tokens(in bucket: Bucket, at milliseconds: Int64) -> Double {
            let elapsed = Double(max(milliseconds - bucket.updatedAt, 0)) / 1000
            return min(bucket.tokens + elapsed * rate.perSecond, rate.burst)
        }

        /// Forgets innocent sources; if that leaves little room, half of the rest, the least guilty.
        ///
        /// A quarter is free afterwards: going through all of them happens once per that many new sources.
        mutating func makeRoom(at milliseconds: Int64) {
            guard buckets.count >= RateLimiter.maximumBuckets else { return }
            buckets = buckets.filter { tokens(in: $0.value, at: milliseconds) < rate.burst }
            guard buckets.count > RateLimiter.maximumBuckets / 4 * 3 else { return }
            let kept = buckets.map { (name: $0.key, tokens: tokens(in: $0.value, at: milliseconds)) }
                .sorted { $0.tokens < $1.tokens }
                .prefix(RateLimiter.maximumBuckets / 2)
            buckets = Dictionary(
                uniqueKeysWithValues: kept.compactMap { one in buckets[one.name].map { (one.name, $0) } }
            )
        }
    }

    private let state: Mutex<State>

    /// Makes a limiter whose buckets are full.
    package init(_ rate: Rate) {
        self.state = Mutex(State(whole: rate))
    }

    /// Changes the rate; what sources have used up stays used up.
    package func change(to rate: Rate) {
        state.withLock { $0.whole = rate }
    }

    /// Lets through one node's part from now on, so that all together let through what one alone would.
    package func share(among nodes: Int) {
        state.withLock { $0.nodes = nodes }
    }

    /// Whether a token is left, without taking it.
    package func allows(_ name: String, at milliseconds: Int64) -> Bool {
        let name = SourceNetwork.name(of: name)
        return state.withLock { state in
            guard let bucket = state.buckets[name] else { return true }
            return state.tokens(in: bucket, at: milliseconds) >= 1
        }
    }

    /// Takes a token; `false` if none is left.
    @discardableResult
    package func take(_ name: String, at milliseconds: Int64) -> Bool {
        let name = SourceNetwork.name(of: name)
        return state.withLock { state in
            let bucket = state.buckets[name] ?? Bucket(tokens: state.rate.burst, updatedAt: milliseconds)
            let tokens = state.tokens(in: bucket, at: milliseconds)
            state.makeRoom(at: milliseconds)
            state.buckets[name] = Bucket(tokens: tokens >= 1 ? tokens - 1 : tokens, updatedAt: milliseconds)
            return tokens >= 1
        }
    }

    /// Gives back a token that was taken for something that turned out not to count.
    package func giveBack(_ name: String) {
        let name = SourceNetwork.name(of: name)
        state.withLock { $0.buckets[name]?.tokens += 1 }
    }
}
