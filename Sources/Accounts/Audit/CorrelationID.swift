/// Ties together what belongs to one click: 128 bits, spelled in 32 lower-case hexadecimal digits.
///
/// New ids begin with the time, so that an index over them grows at its end, as UUIDs of version 7 do (RFC 9562).
package struct CorrelationID: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// The id that means none: all zeros.
    package static let none = Self(high: 0, low: 0)

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a new id from 128 random bits.
    package init(using generator: inout some RandomNumberGenerator) {
        self.init(high: generator.next(), low: generator.next())
    }

    /// Makes a new id from 48 bits of time and 80 random bits.
    ///
    /// - Parameters:
    ///   - milliseconds: Unix time.
    ///   - generator: Where the random bits come from.
    package init(at milliseconds: Int64, using generator: inout some RandomNumberGenerator) {
        let time = UInt64(truncatingIfNeeded: milliseconds) << 16
        self.init(high: time | generator.next() & 0xFFFF, low: generator.next())
    }

    /// Reads an id; `nil` unless it is 32 lower-case hexadecimal digits.
    package init?(_ text: String) {
        var words: (high: UInt64, low: UInt64) = (0, 0)
        var count = 0
        for byte in text.utf8 {
            guard let value = Self.value(of: byte), count < 32 else { return nil }
            words.high = words.high << 4 | words.low >> 60
            words.low = words.low << 4 | value
            count += 1
        }
        guard count == 32 else { return nil }
        self.init(high: words.high, low: words.low)
    }

    /// The digits.
    package var text: String {
        let digits = [UInt8](capacity: 32) { digits in
            for index in 0..<32 {
                let word = index < 16 ? high : low
                digits.append(Self.digit(UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4)) & 15))
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The digits.
    package var description: String { text }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? value + UInt8(ascii: "0") : value - 10 + UInt8(ascii: "a")
    }

    private static func value(of digit: UInt8) -> UInt64? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
        default: nil
        }
    }
}
