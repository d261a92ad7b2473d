/// Where ids and session keys take their randomness from.
///
/// Only the executables make one that asks the system.
package struct RandomSource: Sendable {
    private let read: @Sendable () -> UInt64

    /// Makes a random source from a function that answers 64 random bits.
    package init(_ read: @escaping @Sendable () -> UInt64) {
        self.read = read
    }

    /// A generator on this source.
    package var generator: some RandomNumberGenerator { Generator(read: read) }

    /// A new correlation id; also used wherever 128 unguessable bits are needed.
    package func correlationID() -> CorrelationID {
        var generator = generator
        return CorrelationID(using: &generator)
    }

    private struct Generator: RandomNumberGenerator {
        let read: @Sendable () -> UInt64

        func next() -> UInt64 { read() }
    }
}
