internal import AccountsSQL

/// Values as PostgreSQL reads them: texts, numbers and arrays in its text format, bytes in `\x` notation.
enum PostgresText {
    private static let digits = Array("0123456789abcdef".utf8)

    /// A value that a statement is given; `nil` is NULL.
    ///
    /// No byte of it is 0, which PostgreSQL's texts cannot hold.
    static func encode(_ value: SQLValue) -> [UInt8]? {
        switch value {
        case .null: nil
        case .integer(let number): Array("\(number)".utf8)
        case .text(let text): text.utf8.contains(0) ? text.utf8.filter { $0 != 0 } : Array(text.utf8)
        case .bytes(let bytes): hexadecimal(bytes)
        }
    }

    /// An array of one dimension.
    static func array(_ values: [(any SQLConvertible)?]) -> String {
        array(values.map { SQLValue($0) })
    }

    /// An array of one dimension.
    static func array(_ values: [SQLValue]) -> String {
        var text: [UInt8] = [UInt8(ascii: "{")]
        for (index, value) in values.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            guard let bytes = encode(value) else {
                text.append(contentsOf: "NULL".utf8)
                continue
            }
            appendQuoted(bytes, to: &text)
        }
        text.append(UInt8(ascii: "}"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Bytes from their `\x` notation.
    static func bytes(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let count = max(text.count - 2, 0) / 2
        return [UInt8](capacity: count) { bytes in
            for index in 0..<count {
                let (high, low) = unsafe (nibble(text[2 + index * 2]), nibble(text[3 + index * 2]))
                bytes.append(high << 4 | low)
            }
        }
    }

    private static func appendQuoted(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in bytes {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](capacity: bytes.count * 2 + 2) { text in
            text.append(UInt8(ascii: "\\"))
            text.append(UInt8(ascii: "x"))
            for byte in bytes {
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
    }

    private static func nibble(_ digit: UInt8) -> UInt8 {
        digit < UInt8(ascii: "a") ? digit &- UInt8(ascii: "0") : digit &- UInt8(ascii: "a") &+ 10
    }
}
