internal import Synchronization

/// How much a load does at most, whichever comes first.
package struct LoadBounds: Sendable {
    /// How often the whole is done.
    package var count: Int
    /// For how long something new is begun, in seconds.
    package var seconds: Int
    /// How many are done at once.
    package var concurrency: Int

    /// How long one may take, in seconds.
    private static let patience = 30

    /// Makes bounds.
    package init(count: Int, seconds: Int, concurrency: Int) {
        (self.count, self.seconds, self.concurrency) = (count, seconds, concurrency)
    }

    /// Runs something again and again; what fails has noted it.
    ///
    /// - Parameter body: Does it once; is given its number, from 0.
    /// - Returns: How long all of it took.
    func run(_ body: @escaping @Sendable (Int) async throws -> Void) async -> Duration {
        let numbers = Numbers()
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<min(concurrency, count) {
                group.addTask {
                    while ContinuousClock.now - start < .seconds(seconds) {
                        let number = numbers.next()
                        guard number < count else { return }
                        try? await Self.limiting { try await body(number) }
                    }
                }
            }
        }
        return ContinuousClock.now - start
    }

    /// Cancels what does not come to an end.
    private static func limiting(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask { try await ContinuousClock().sleep(for: .seconds(patience)) }
            _ = try await group.next()
            group.cancelAll()
        }
    }

    /// 0, 1, 2…, each once.
    private final class Numbers: Sendable {
        private let value = Atomic(0)

        func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
    }
}
