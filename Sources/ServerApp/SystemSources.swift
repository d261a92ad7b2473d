package import Accounts
internal import FoundationEssentials
internal import Glibc
internal import Synchronization

extension TimeSource {
    /// The machine's clock.
    package static let system = TimeSource { Int64(Date().timeIntervalSince1970 * 1000) }
}

extension RandomSource {
    /// The machine's own randomness, taken from the system in small batches: a system call for each id costs more than the
    /// id.
    package static let system = {
        let heap = Mutex(RandomHeap())
        return RandomSource { heap.withLock { $0.next() } }
    }()
}

/// Random words that were taken from the system and not yet handed out.
private struct RandomHeap: ~Copyable {
    private static let size = 32
    private var words = InlineArray<32, UInt64>(repeating: 0)
    private var left = 0

    mutating func next() -> UInt64 {
        if left == 0 { refill() }
        left -= 1
        defer { words[left] = 0 }
        return words[left]
    }

    private mutating func refill() {
        var span = words.mutableSpan
        let isFilled = unsafe span.withUnsafeMutableBytes { bytes in
            // 256 bytes are what it takes at once (getentropy(3)).
            unsafe bytes.baseAddress.map { unsafe getentropy($0, bytes.count) == 0 } ?? false
        }
        precondition(isFilled, "the system gives no random bytes")
        left = Self.size
    }
}
