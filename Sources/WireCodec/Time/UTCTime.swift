/// A moment in UTC as the vendor spells it: ISO 8601 with seven fractional digits.
package struct UTCTime: Sendable {
    /// The moment as text.
    package let text: String

    /// Spells a moment.
    ///
    /// - Parameter seconds: Unix time.
    package init(seconds: Int64) {
        text = Self.spelled(seconds, end: ".0000000Z")
    }

    /// The moment to the second, without a fraction: `2026-11-27T11:00:00Z`.
    package static func wholeSeconds(_ seconds: Int64) -> String {
        spelled(seconds, end: "Z")
    }

    private static func spelled(_ seconds: Int64, end: String) -> String {
        let moment = Moment(seconds)
        var text: [UInt8] = []
        text.reserveCapacity(32)
        append(moment.date.year, width: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        append(moment.date.month, width: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        append(moment.date.day, width: 2, to: &text)
        text.append(UInt8(ascii: "T"))
        append(clockOf: moment, to: &text)
        text.append(contentsOf: end.utf8)
        return String(decoding: text, as: UTF8.self)
    }

    /// The moment as the `Date` field of an answer has it, as ASCII (RFC 9110 section 5.6.7).
    package static func httpDate(_ seconds: Int64) -> [UInt8] {
        let moment = Moment(seconds)
        var text: [UInt8] = []
        text.reserveCapacity(32)
        text.append(contentsOf: weekdays[Int((moment.day % 7 + 7) % 7)].utf8)
        text.append(contentsOf: ", ".utf8)
        append(moment.date.day, width: 2, to: &text)
        text.append(UInt8(ascii: " "))
        text.append(contentsOf: months[Int(moment.date.month) - 1].utf8)
        text.append(UInt8(ascii: " "))
        append(moment.date.year, width: 4, to: &text)
        text.append(UInt8(ascii: " "))
        append(clockOf: moment, to: &text)
        text.append(contentsOf: " GMT".utf8)
        return text
    }

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// A day counted from 1970-01-01 with its date, and the second within it.
    private struct Moment {
        let day: Int64
        let second: Int64
        let date: (year: Int64, month: Int64, day: Int64)

        init(_ seconds: Int64) {
            let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
            day = rest < 0 ? days - 1 : days
            second = rest < 0 ? rest + 86_400 : rest
            date = UTCTime.date(day)
        }
    }

    private static func append(clockOf moment: Moment, to text: inout [UInt8]) {
        append(moment.second / 3600, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        append(moment.second / 60 % 60, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        append(moment.second % 60, width: 2, to: &text)
    }

    private static func append(_ number: Int64, width: Int, to text: inout [UInt8]) {
        guard (0..<10_000).contains(number) else { return text.append(contentsOf: String(number).utf8) }
        var divisor: Int64 = 1000
        for position in 0..<4 {
            if 4 - position <= width || number >= divisor {
                text.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            }
            divisor /= 10
        }
    }

    /// The proleptic Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin on 1 March.
    private static func date(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
