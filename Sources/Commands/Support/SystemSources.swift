package import Accounts
internal import FoundationEssentials

extension TimeSource {
    /// The machine's clock.
    package static let system = TimeSource { Int64(Date().timeIntervalSince1970 * 1000) }
}

extension RandomSource {
    /// The machine's own randomness.
    package static let system = RandomSource {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
