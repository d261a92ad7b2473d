/// A moment as callers spell it: date, time and zone in the extended form of ISO 8601.
///
/// `YYYY-MM-DDThh:mm:ss`, one to seven fractional digits if any, and `Z` or an offset `+hh:mm` or `-hh:mm` of at most 14
/// hours: what `xsd:dateTime` allows, with the zone required, and without leap seconds and hour 24.
package struct ISOTime: Hashable, Sendable {
    /// Unix time in seconds, rounded down.
    package let seconds: Int64
    /// Ten-millionths of a second on top.
    package let ticks: Int64

    /// Reads a moment; `nil` if it is not spelled so, or there is no such day.
    package init?(_ text: String) {
        var reader = DigitReader(text.utf8)
        guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2), reader.skip("-"),
            let day = reader.digits(2), reader.skip("T"), let hour = reader.digits(2), reader.skip(":"),
            let minute = reader.digits(2), reader.skip(":"), let second = reader.digits(2),
            let ticks = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        guard year > 0, (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day), hour < 24,
            minute < 60, second < 60
        else { return nil }
        let days = Self.days(before: year, month) + day - 1
        self.seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.ticks = ticks
    }

    /// The first whole second that is not before the moment.
    package var roundedUp: Int64 { ticks == 0 ? seconds : seconds + 1 }

    private static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The days from 1970-01-01 to the first of a month.
    private static func days(before year: Int64, _ month: Int64) -> Int64 {
        let past = year - 1
        let daysBeforeYear = past * 365 + past / 4 - past / 100 + past / 400 - 719_162
        return (1..<month).reduce(daysBeforeYear) { $0 + days(in: $1, of: year) }
    }
}

/// Reads ASCII digits and what stands between them.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: some Sequence<UInt8>) {
        self.bytes = Array(text)
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// A number of exactly so many digits.
    mutating func digits(_ count: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// Ten-millionths of a second: 0 where there is no fraction.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        var ticks: Int64 = 0
        var count = 0
        while let digit = digit() {
            ticks = ticks * 10 + digit
            count += 1
            guard count <= 7 else { return nil }
        }
        guard count > 0 else { return nil }
        return (count..<7).reduce(ticks) { ticks, _ in ticks * 10 }
    }

    /// The seconds that the zone is ahead of UTC.
    mutating func offset() -> Int64? {
        if skip("Z") { return 0 }
        let isAhead = skip("+")
        guard isAhead || skip("-"), let hours = digits(2), skip(":"), let minutes = digits(2), minutes < 60,
            hours * 60 + minutes <= 14 * 60
        else { return nil }
        let seconds = (hours * 60 + minutes) * 60
        return isAhead ? seconds : -seconds
    }

    private mutating func digit() -> Int64? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position += 1 }
        return Int64(bytes[position] - UInt8(ascii: "0"))
    }
}
