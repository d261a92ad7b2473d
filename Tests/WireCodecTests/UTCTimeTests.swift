import Foundation
import Testing
import WireCodec

@Suite struct UTCTimeTests {
    @Test func `spells the example of RFC 9110`() {
        #expect(UTCTime.httpDate(784_111_777) == Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8))
        #expect(UTCTime(seconds: 784_111_777).text == "1994-11-06T08:49:37.0000000Z")
    }

    @Test func `spells what no calendar reaches`() {
        #expect(UTCTime.wholeSeconds(253_402_300_800) == "10000-01-01T00:00:00Z")
        #expect(UTCTime.wholeSeconds(.max).hasSuffix("Z"))
        #expect(UTCTime.wholeSeconds(.min).hasSuffix("Z"))
    }

    @Test func `spells moments as Foundation does`() {
        let style = Date.ISO8601FormatStyle()
        var generator = SystemRandomNumberGenerator()
        // From 1583 on: before that Foundation reckons by the Julian calendar.
        let gregorian: Int64 = -12_212_553_600
        let edges: [Int64] = [0, -1, 951_782_399, 951_782_400, 4_107_542_400, 253_402_300_799]
        let moments = edges + (0..<2000).map { _ in Int64.random(in: gregorian...253_402_300_799, using: &generator) }
        for seconds in moments {
            let text = UTCTime.wholeSeconds(seconds)
            #expect(text == Date(timeIntervalSince1970: Double(seconds)).formatted(style))
            #expect(UTCTime(seconds: seconds).text == text.replacing("Z", with: ".0000000Z"))
            #expect(UTCTime.httpDate(seconds).count == 29)
        }
    }
}
