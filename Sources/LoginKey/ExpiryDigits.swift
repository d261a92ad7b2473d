/// A Unix time as ten ASCII digits, the only spelling that version 1 knows.
struct ExpiryDigits: Sendable {
    let bytes: InlineArray<10, UInt8>

    /// Spells a Unix time from 1,000,000,000 to 9,999,999,999; `nil` for any other.
    init?(seconds: Int64) {
        guard LoginKey.expiryRange.contains(seconds) else { return nil }
        var bytes = InlineArray<10, UInt8>(repeating: 0)
        var rest = seconds
        for index in stride(from: 9, through: 0, by: -1) {
            bytes[index] = ASCII.zero + UInt8(rest % 10)
            rest /= 10
        }
        self.bytes = bytes
    }

    private init(bytes: InlineArray<10, UInt8>) {
        self.bytes = bytes
    }

    /// Reads ten digits and the number that they spell; `nil` if one is not a digit.
    static func read(_ text: Span<UInt8>) -> (seconds: Int64, digits: Self)? {
        var bytes = InlineArray<10, UInt8>(repeating: 0)
        var seconds: Int64 = 0
        for index in 0..<10 {
            let digit = text[index] &- ASCII.zero
            guard digit < 10 else { return nil }
            bytes[index] = text[index]
            seconds = seconds &* 10 &+ Int64(digit)
        }
        return (seconds, Self(bytes: bytes))
    }
}
