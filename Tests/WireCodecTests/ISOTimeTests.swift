import TestSupport
import Testing
import WireCodec

@Suite struct ISOTimeTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("1969-12-31T23:59:59Z", -1, 0),
            ("2000-02-29T12:00:00Z", 951_825_600, 0),
            ("2026-01-31T09:30:00+02:00", 1_769_844_600, 0),
            ("2026-01-31T09:30:00-05:30", 1_769_871_600, 0),
            ("2026-01-31T09:30:00-00:00", 1_769_851_800, 0),
            ("2026-01-31T09:30:00+14:00", 1_769_801_400, 0),
            ("2023-11-14T22:13:20.5Z", 1_700_000_000, 5_000_000),
            ("2023-11-14T22:13:20.0000001Z", 1_700_000_000, 1),
            ("2023-11-14T22:13:20.9999999+00:00", 1_700_000_000, 9_999_999),
            ("2023-11-14T22:13:20.000Z", 1_700_000_000, 0),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
            ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
        ] as [(String, Int64, Int64)]
    )
    func `reads a time with its zone`(_ text: String, _ seconds: Int64, _ ticks: Int64) throws {
        let time = try #require(ISOTime(text))
        #expect(time.seconds == seconds)
        #expect(time.ticks == ticks)
        #expect(time.roundedUp == (ticks == 0 ? seconds : seconds + 1))
    }

    @Test(arguments: [
        "", "2026-01-31", "2026-01-31T09:30:00", "2026-01-31T09:30Z", "2026-01-31 09:30:00Z", "20260131T093000Z",
        "2026-01-31T09:30:00z", "2026-01-31t09:30:00Z", "2026-1-31T09:30:00Z", "2026-01-31T9:30:00Z",
        "2026-01-31T09:30:00.Z", "2026-01-31T09:30:00,5Z", "2026-01-31T09:30:00.12345678Z", "2026-01-31T09:30:00+02",
        "2026-01-31T09:30:00+0200", "2026-01-31T09:30:00 02:00", "2026-01-31T09:30:00+14:01",
        "2026-01-31T09:30:00+02:60", "2026-01-31T09:30:00+24:00", "2026-01-31T09:30:00Z ", " 2026-01-31T09:30:00Z",
        "2026-01-31T09:30:00ZZ", "2026-01-31T09:30:00Z+01:00", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-00-10T00:00:00Z", "2026-13-10T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T09:60:00Z", "2026-01-31T09:30:60Z",
        "0000-01-01T00:00:00Z", "-2026-01-31T09:30:00Z", "+2026-01-31T09:30:00Z", "12026-01-31T09:30:00Z",
        "２０２６-01-31T09:30:00Z", "2026-01-31T09:30:00\u{2212}01:00", "1769851800",
    ])
    func `refuses every other spelling`(_ text: String) {
        #expect(ISOTime(text) == nil)
    }

    @Test func `reads back what is written, on every day of two centuries and at random times`() {
        var generator = SeededGenerator(seed: 3)
        let days = (Int64(-27_000)..<49_000).map { $0 * 86_400 }
        let random = (0..<2000).map { _ in Int64.random(in: -62_135_596_800...253_402_300_799, using: &generator) }
        for seconds in days + random {
            let time = ISOTime(UTCTime(seconds: seconds).text)
            guard time?.seconds == seconds, time?.ticks == 0 else {
                Issue.record("\(seconds)")
                return
            }
        }
    }

    @Test func `an offset is what lies between two spellings of one moment`() throws {
        for minutes in stride(from: -840, through: 840, by: 15) {
            let offset = "\(minutes < 0 ? "-" : "+")\(pad(abs(minutes) / 60)):\(pad(abs(minutes) % 60))"
            let time = try #require(ISOTime("2026-07-01T12:00:00.25\(offset)"))
            let utc = try #require(ISOTime("2026-07-01T12:00:00.25Z"))
            #expect(time.seconds + Int64(minutes) * 60 == utc.seconds)
            #expect(time.ticks == 2_500_000)
        }
    }

    private func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
