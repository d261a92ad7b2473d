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
}
