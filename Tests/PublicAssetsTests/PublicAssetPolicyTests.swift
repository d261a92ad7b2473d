import LoginKey
import Testing

@testable import PublicAssets

@Suite struct PublicAssetPolicyTests {
    @Test func `holds for all groups but those that have their own`() throws {
        let policy = try #require(PublicAssetPolicy("none, 12345=proxy,67890=visitor"))
        #expect(policy.source(for: try PartnerID(parsing: "12345")) == .proxy)
        #expect(policy.source(for: try PartnerID(parsing: "67890")) == .visitor)
        #expect(policy.source(for: try PartnerID(parsing: "11111")) == .none)
        #expect(PublicAssetPolicy("12345=none")?.source(for: try PartnerID(parsing: "11111")) == .visitor)
        #expect(PublicAssetPolicy("")?.source(for: try PartnerID(parsing: "11111")) == .visitor)
    }

    @Test(arguments: [
        "always", "proxy,none", "12345=proxy,12345=none", "=proxy", "12345=", "12345=proxy=none", "a b=proxy",
    ])
    func `refuses what is neither`(text: String) {
        #expect(PublicAssetPolicy(text) == nil)
    }
}
