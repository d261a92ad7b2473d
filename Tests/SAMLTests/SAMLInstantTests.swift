import ServiceTokens
import Testing

@Suite struct SAMLInstantTests {
    @Test func `writes what it reads`() {
        for seconds: Int64 in [0, 1_700_000_000, 1_795_777_200, 4_102_444_800] {
            #expect(SAMLInstant.seconds(SAMLInstant.text(seconds)) == seconds)
        }
        #expect(SAMLInstant.text(1_795_777_200) == "2026-11-27T11:00:00Z")
    }

    @Test(arguments: ["2026-11-27T11:00:00.999Z", "2026-11-27T11:00:00.123456789Z"])
    func `drops fractions`(_ text: String) {
        #expect(SAMLInstant.seconds(text) == 1_795_777_200)
    }

    @Test(arguments: [
        "", "Z", "2026-11-27", "2026-11-27T11:00:00", "2026-11-27T11:00:00+01:00", "2026-11-27T11:00:00.Z",
        "2026-11-27T11:00:00.1.2Z", "2026-02-30T11:00:00Z", "2026-13-01T11:00:00Z", "2026-11-27T25:00:00Z",
        "2026-11-27 11:00:00Z", " 2026-11-27T11:00:00Z", "+026-11-27T11:00:00Z", "2026-11-27T11:00:00z",
        "٢٠٢٦-11-27T11:00:00Z",
    ])
    func `reads nothing else`(_ text: String) {
        #expect(SAMLInstant.seconds(text) == nil)
    }
}
