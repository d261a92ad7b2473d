/// Numbers in parameters and paths: decimal digits in their shortest spelling, so that each has one.
enum WholeNumber {
    /// The largest that every reader of JSON keeps exactly (RFC 8259 section 6).
    static let maximum: Int64 = 9_007_199_254_740_991

    /// Reads a number; `nil` for another spelling, or outside the range.
    static func read(_ text: String, in range: ClosedRange<Int64>) -> Int64? {
        guard (1...16).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }),
            text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0"),
            let number = Int64(text), range.contains(number)
        else { return nil }
        return number
    }
}
