import HTTPCore
import Testing
import WireCodec

@testable import SCIM

@Suite struct EntityTagsTests {
    @Test(arguments: [
        (#"W/"a""#, true), (#""a""#, true), ("*", true), (#""b", W/"a""#, true), (#"W/"b""#, false), ("", false),
        (#"W/"A""#, false), ("a", false),
    ])
    func `compares versions without regard to weakness`(_ header: String, _ contains: Bool) throws {
        let tags = try #require(EntityTags(header))
        #expect(tags.contains(#"W/"a""#) == contains)
    }

    @Test func `without a header every version will do`() throws {
        #expect(EntityTags(nil) == nil)
        #expect(throws: Never.self) { try VersionCondition.none.check(nil) }
        let condition = VersionCondition(tags: EntityTags(#"W/"a""#))
        #expect(throws: SCIMError.preconditionFailed) { try condition.check(#"W/"b""#) }
        #expect(throws: SCIMError.preconditionFailed) { try condition.check(nil) }
    }

    @Test func `fingerprints tell texts apart, also where they begin and end`() {
        var (one, other) = (Fingerprint(), Fingerprint())
        for text in ["ab", "c"] { one.add(text) }
        for text in ["a", "bc"] { other.add(text) }
        #expect(one.tag != other.tag)
    }
}
