/// The kinds of bytes in a URL (RFC 3986 section 2).
enum URLByte {
    /// `A-Z a-z 0-9 - . _ ~`.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-._~".utf8.contains(byte)
    }

    /// What may stand in a value as it is: unreserved bytes, what public pages send raw
    /// (`docs/protocol.md#protocol-urls`), and what `encodeURIComponent` leaves (ECMA-262 section 19.2.6.4).
    static func isRawInValue(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || "+@$!'()*".utf8.contains(byte)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }
}
