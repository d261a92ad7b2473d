/// Tests on single bytes.
enum ASCII {
    static let zero = UInt8(ascii: "0")
    static let dollar = UInt8(ascii: "$")

    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- zero < 10
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    /// `A-Z a-z 0-9 - . _ ~` (RFC 3986 section 2.3).
    static func isUnreserved(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }
}
