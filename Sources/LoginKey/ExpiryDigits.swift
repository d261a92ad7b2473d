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
}
