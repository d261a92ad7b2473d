import Testing
import WireCodec

@testable import SCIM

@Suite struct FilterParserTests {
    private static func path(_ attribute: String, _ part: String? = nil) -> AttributePath {
        AttributePath(attribute: attribute, subAttribute: part)
    }

    private static func equal(_ attribute: String, _ value: JSONValue) -> Filter {
        .compare(path(attribute), .equal, value)
    }

    static let readable: [(String, Filter)] = [
        (#"userName eq "bjensen""#, equal("username", "bjensen")),
        (#"USERNAME EQ "bjensen""#, equal("username", "bjensen")),
        (#"name.familyName co "O'Malley""#, .compare(path("name", "familyname"), .contains, "O'Malley")),
        (#"userName sw "J""#, .compare(path("username"), .begins, "J")),
        (#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#, .compare(path("username"), .begins, "J")),
        ("title pr", .present(path("title"))),
        (
            #"meta.lastModified gt "2011-05-13T04:42:34Z""#,
            .compare(path("meta", "lastmodified"), .greater, "2011-05-13T04:42:34Z")
        ),
        (#"userName ew "a\"b""#, .compare(path("username"), .ends, "a\"b")),
        ("active eq true", equal("active", true)),
        ("active eq False", equal("active", false)),
        ("externalId eq null", equal("externalid", .null)),
        ("age le -1.5e2", .compare(path("age"), .lessOrEqual, .number("-1.5e2"))),
        (#"userName ne "x""#, .not(equal("username", "x"))),
        (#"not (userName eq "x")"#, .not(equal("username", "x"))),
        (#"NOT(userName eq "x")"#, .not(equal("username", "x"))),
        ("members.$ref pr", .present(path("members", "$ref"))),
        (
            "a pr and b pr or c pr",
            .any([.all([.present(path("a")), .present(path("b"))]), .present(path("c"))])
        ),
        (
            "a pr or b pr and c pr",
            .any([.present(path("a")), .all([.present(path("b")), .present(path("c"))])])
        ),
        (
            "a pr and (b pr or c pr)",
            .all([.present(path("a")), .any([.present(path("b")), .present(path("c"))])])
        ),
        ("not (a pr) and b pr", .all([.not(.present(path("a"))), .present(path("b"))])),
        ("(((a pr)))", .present(path("a"))),
        (
            #"emails[type eq "work" and value co "@example.com"]"#,
            .element(path("emails"), .all([equal("type", "work"), .compare(path("value"), .contains, "@example.com")]))
        ),
        (
            #"emails[type eq "work"] or ims[type eq "xmpp"]"#,
            .any([.element(path("emails"), equal("type", "work")), .element(path("ims"), equal("type", "xmpp"))])
        ),
        (
            #"emails[type eq "work"].value eq "x""#,
            .element(path("emails"), .all([equal("type", "work"), equal("value", "x")]))
        ),
        (#"emails[not (type eq "home")]"#, .element(path("emails"), .not(equal("type", "home")))),
        ("  a   pr  ", .present(path("a"))),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr",
            .present(
                AttributePath(
                    schema: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user",
                    attribute: "department"
                )
            )
        ),
    ]

    @Test(arguments: readable)
    func `reads filters`(_ text: String, _ filter: Filter) throws {
        #expect(try Filter(parsing: text) == filter)
    }

    @Test(arguments: [
        "", " ", "userName", "userName eq", "userName eq bjensen", #"userName eq "x"#, #"userName "x""#,
        #"userName xx "x""#, #"eq "x""#, "(a pr", "a pr)", "a pr b pr", "a pr and", "and a pr", "a pr or or b pr",
        "not a pr", "not", "not ()", "()", #"emails[type eq "work""#, "emails[]", #"emails[type eq "work"].value"#,
        #"emails[type eq "work"]value pr"#, #"emails [type eq "work"]"#, "1a pr", "a..b pr", "a.b.c pr", ".a pr",
        "a. pr", "foo:a pr", #"a eq "\x""#, "a eq 01", #"a eq{"b":1}"#, "a eq [1]", "a pr;", "a\tpr", "a eq'x'",
        #"a eq "x" "y""#, "ä pr", "a eq \"\u{0}\"", "emails[a pr][b pr] pr",
    ])
    func `refuses what is no filter`(_ text: String) {
        #expect(keyword { _ = try Filter(parsing: text) } == .invalidFilter, "\(text)")
    }

    @Test func `bounds length, depth and number of comparisons`() throws {
        let long = "a eq \"\(String(repeating: "x", count: FilterParser.maximumByteCount))\""
        #expect(keyword { _ = try Filter(parsing: long) } == .invalidFilter)
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "a pr" + String(repeating: ")", count: depth)
        }
        #expect(throws: Never.self) { try Filter(parsing: nested(FilterParser.maximumDepth)) }
        #expect(keyword { _ = try Filter(parsing: nested(FilterParser.maximumDepth + 1)) } == .invalidFilter)
        func terms(_ count: Int) -> String {
            [String](repeating: "a pr", count: count).joined(separator: " or ")
        }
        #expect(throws: Never.self) { try Filter(parsing: terms(FilterParser.maximumTermCount)) }
        #expect(keyword { _ = try Filter(parsing: terms(FilterParser.maximumTermCount + 1)) } == .invalidFilter)
    }

    @Test func `reads paths of PATCH`() throws {
        #expect(try PatchPath(parsing: "name.familyName") == PatchPath(Self.path("name", "familyname")))
        #expect(
            try PatchPath(parsing: #"members[value eq "2819"]"#)
                == PatchPath(Self.path("members"), Self.equal("value", "2819"))
        )
        #expect(
            try PatchPath(parsing: #"addresses[type eq "work"].streetAddress"#)
                == PatchPath(Self.path("addresses", "streetaddress"), Self.equal("type", "work"))
        )
        #expect(
            try PatchPath(parsing: "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName")
                == PatchPath(Self.path("name", "familyname"))
        )
    }

    @Test(arguments: [
        "emails[type]", "emails[", "emails[type eq \"x\"", "emails[type eq \"x\"].", "a b", "[type eq \"x\"]", "a.b.c",
        "emails[type eq \"x\"].a.b", "emails[type eq \"x\"]value",
    ])
    func `refuses what is no path`(_ text: String) {
        #expect(keyword { _ = try PatchPath(parsing: text) } == .invalidPath, "\(text)")
    }
}
