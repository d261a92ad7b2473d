/// The eight digits by which a person sees that the page and the client speak of the same client key.
package enum ClientCode {
    /// Two groups of four digits, from the first 48 bits of the key.
    ///
    /// - Parameter key: 43 base64url characters.
    /// - Returns: Such as `1234 5678`.
    package static func text(of key: String) -> String {
        let number = key.utf8.prefix(8).reduce(UInt64(0)) { $0 << 6 | UInt64(value(of: $1)) } % 100_000_000
        let digits = String(number)
        let padded = String(repeating: "0", count: 8 - digits.utf8.count) + digits
        return "\(padded.prefix(4)) \(padded.suffix(4))"
    }

    /// The value of a base64url character, here once more: `LoginKey` brings swift-crypto, and the launcher has none.
    private static func value(of byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        default: 63
        }
    }
}
