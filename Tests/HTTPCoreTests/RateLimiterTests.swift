import HTTPCore
import Testing

@Suite struct RateLimiterTests {
    @Test func `one IPv6 network is one source`() {
        let limiter = RateLimiter(RateLimiter.Rate(burst: 10, perSecond: 0))
        for number in 0..<10 { #expect(limiter.take("2001:db8:0:1::\(number)", at: 0)) }
        #expect(!limiter.take("2001:db8:0:1:ffff::1", at: 0))
        #expect(limiter.take("2001:db8:0:2::1", at: 0))
    }

    @Test func `a full limiter forgets the least guilty, never all`() {
        let limiter = RateLimiter(RateLimiter.Rate(burst: 3, perSecond: 0))
        for _ in 0..<3 { limiter.take("guilty", at: 0) }
        #expect(!limiter.allows("guilty", at: 0))
        for number in 0..<250_000 { limiter.take("source \(number)", at: 0) }
        #expect(!limiter.allows("guilty", at: 0))
    }

    @Test func `whoever asks too often gets what is due all the same`() {
        let limiter = RateLimiter(RateLimiter.Rate(burst: 1, perSecond: 1))
        // Every 125 ms, which is exact in binary, for ten seconds: one at once, and one a second.
        let granted = (0...80).count { limiter.take("a", at: Int64($0) * 125) }
        #expect(granted == 11)
    }

    @Test func `a changed rate counts at once`() {
        let limiter = RateLimiter(RateLimiter.Rate(burst: 1, perSecond: 0))
        limiter.take("a", at: 0)
        #expect(!limiter.allows("a", at: 1000))
        limiter.change(to: RateLimiter.Rate(burst: 1, perSecond: 1))
        #expect(limiter.allows("a", at: 1000))
    }

    @Test func `each of several nodes lets its part through, and one at once at least`() {
        let limiter = RateLimiter(RateLimiter.Rate(burst: 4, perSecond: 2))
        limiter.share(among: 2)
        #expect((0..<4).map { _ in limiter.take("a", at: 0) } == [true, true, false, false])
        #expect((0..<4).map { _ in limiter.take("a", at: 1000) } == [true, false, false, false])
        limiter.share(among: 9)
        #expect(limiter.take("b", at: 0) && !limiter.take("b", at: 0))
        limiter.share(among: 1)
        #expect((0..<5).map { _ in limiter.take("c", at: 0) } == [true, true, true, true, false])
    }
}
