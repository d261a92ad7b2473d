import Accounts
import Testing

@testable import GlanceCompatibility

@Suite struct WildcardTests {
    @Test(arguments: [
        ("dana", UserFilter.Comparison.equals, "dana"), ("dana*", .begins, "dana"), ("*dana", .ends, "dana"),
        ("*dana*", .contains, "dana"), ("*", .ends, ""), ("**", .contains, ""), ("", .equals, ""),
        ("-none-x", .equals, "-none-x"), ("*-none-", .ends, "-none-"), ("a%_b", .equals, "a%_b"), ("*é", .ends, "é"),
        ("*\u{301}", .ends, "\u{301}"),
    ])
    func `takes stars at the ends only`(_ text: String, _ comparison: UserFilter.Comparison, _ inner: String) throws {
        let wildcard = try #require(Wildcard(text))
        #expect(wildcard.comparison == comparison)
        #expect(Array(wildcard.text.utf8) == Array(inner.utf8))
        #expect(wildcard.filter(.email) == .text(.email, comparison, wildcard.text))
    }

    @Test(arguments: ["-none-", "-NONE-", "-None-"])
    func `knows the word for what is missing`(_ text: String) {
        #expect(Wildcard(text)?.filter(.roleName) == .isMissing(.roleName))
    }

    @Test(arguments: ["a*b", "***", "*a*b", "a\u{0}", "\n", "a\u{7F}", String(repeating: "x", count: 258)])
    func `refuses what it cannot search for`(_ text: String) {
        #expect(Wildcard(text) == nil)
    }

    @Test func `has room for the longest id and two stars`() {
        #expect(Wildcard("*" + String(repeating: "é", count: 255) + "*") != nil)
    }

    @Test(arguments: ["", "-1", "+1", "01", "1.0", "1e3", "１", "9007199254740992", "99999999999999999999", " 1"])
    func `takes numbers in one spelling only`(_ text: String) {
        #expect(WholeNumber.read(text, in: 0...WholeNumber.maximum) == nil)
    }

    @Test func `takes the numbers of a range`() {
        #expect(WholeNumber.read("0", in: 0...5) == 0)
        #expect(WholeNumber.read("5", in: 0...5) == 5)
        #expect(WholeNumber.read("6", in: 0...5) == nil)
        #expect(WholeNumber.read("9007199254740991", in: 1...WholeNumber.maximum) == WholeNumber.maximum)
    }
}
