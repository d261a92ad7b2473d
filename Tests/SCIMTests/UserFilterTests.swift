import Accounts
import Testing
import WireCodec

@testable import SCIM

@Suite struct UserFilterTests {
    private static let everybody = UserFilter.all([])
    private static let nobody = UserFilter.any([])

    private static func has(_ field: UserFilter.Field) -> UserFilter {
        .not(.isMissing(field))
    }

    static let translations: [(String, UserFilter)] = [
        (#"userName eq "Joe""#, .text(.username, .equals, "Joe")),
        (#"externalId sw "00u""#, .text(.partnerUserID, .begins, "00u")),
        (#"name.givenName co "a""#, .text(.firstName, .contains, "a")),
        (#"name.familyName ew "z""#, .text(.lastName, .ends, "z")),
        (#"userName gt "m""#, .text(.username, .greater, "m")),
        (#"userName ge "m""#, .text(.username, .greaterOrEqual, "m")),
        (#"userName lt "m""#, .text(.username, .less, "m")),
        (#"userName le "m""#, .text(.username, .lessOrEqual, "m")),
        (#"userName ne "m""#, .not(.text(.username, .equals, "m"))),
        ("name pr", .any([has(.firstName), has(.lastName)])),
        ("externalId pr", has(.partnerUserID)),
        ("externalId eq null", .not(has(.partnerUserID))),
        ("externalId ne null", .not(.not(has(.partnerUserID)))),
        (#"emails eq "a@b""#, .text(.email, .equals, "a@b")),
        (#"emails.value co "@b""#, .text(.email, .contains, "@b")),
        (#"emails.type eq "Work""#, has(.email)),
        (#"emails.type eq "home""#, nobody),
        (
            #"emails[type eq "work" and value co "@b"]"#,
            .all([has(.email), .all([has(.email), .text(.email, .contains, "@b")])])
        ),
        (
            #"emails[type eq "work"].value eq "a@b""#,
            .all([has(.email), .all([has(.email), .text(.email, .equals, "a@b")])])
        ),
        (#"phoneNumbers[primary eq true]"#, .all([has(.phone), has(.phone)])),
        (#"phoneNumbers[primary eq "True"]"#, .all([has(.phone), has(.phone)])),
        (#"roles.value eq "Agents""#, .text(.roleName, .equals, "Agents")),
        (#"groups.display eq "Agents""#, .text(.roleName, .equals, "Agents")),
        (#"groups eq "g7""#, .role(Role.ID(7))),
        (#"groups.value eq "g7""#, .role(Role.ID(7))),
        (#"groups[value eq "g7"]"#, .all([has(.roleName), .role(Role.ID(7))])),
        (#"groups.value eq "x""#, nobody), (#"groups.value eq "7""#, nobody),
        (#"id eq "2819""#, .id(User.ID(2819))),
        (#"id eq "02819""#, nobody),
        (#"id eq "-1""#, nobody),
        ("id pr", everybody),
        ("active eq true", .isActive(true)),
        ("active eq false", .isActive(false)),
        (#"active eq "False""#, .isActive(false)),
        ("active ne true", .not(.isActive(true))),
        ("displayName pr", everybody),
        (#"schemas eq "urn:ietf:params:scim:schemas:core:2.0:User""#, everybody),
        (#"meta.resourceType eq "User""#, everybody),
        (#"meta.resourceType eq "Group""#, nobody),
        (#"meta.created ge "2011-05-13T04:42:34Z""#, .time(.created, .greaterOrEqual, 1_305_261_754)),
        (#"meta.created ge "2011-05-13T04:42:34.5Z""#, .time(.created, .greaterOrEqual, 1_305_261_755)),
        (#"meta.lastModified gt "2011-05-13T04:42:34.5Z""#, .time(.modified, .greater, 1_305_261_754)),
        (#"meta.lastModified lt "2011-05-13T04:42:34.5Z""#, .time(.modified, .less, 1_305_261_755)),
        (#"meta.lastModified le "2011-05-13T06:42:34+02:00""#, .time(.modified, .lessOrEqual, 1_305_261_754)),
        (#"meta.created eq "2011-05-13T04:42:34.5Z""#, nobody),
        ("nickName pr", nobody),
        (#"title eq "x""#, nobody),
        (#"title ne "x""#, .not(nobody)),
        (#"addresses[type eq "work"]"#, .all([nobody, nobody])),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr", nobody),
        (
            #"userName eq "a" or userName eq "b""#,
            .any([.text(.username, .equals, "a"), .text(.username, .equals, "b")])
        ),
        (#"userName pr and not (active eq true)"#, .all([has(.username), .not(.isActive(true))])),
    ]

    @Test(arguments: translations)
    func `becomes a condition of the store`(_ text: String, _ condition: UserFilter) throws {
        #expect(try UserFilter(try Filter(parsing: text)) == condition)
    }

    @Test(arguments: [
        #"displayName eq "Joe""#, #"name.formatted co "J""#, #"name eq "x""#, "password pr", #"password eq "x""#,
        "userName eq true", "userName co 5", #"active gt "x""#, #"active eq "maybe""#, "active gt true",
        #"id co "1""#, "id eq 5", #"meta.created eq "yesterday""#, #"meta.created co "2011-05-13T04:42:34Z""#,
        #"meta.location eq "x""#, "userName gt null", #"emails[emails.value eq "x"]"#,
        #"emails[value[a eq "b"]]"#, #"emails.value[a pr]"#,
    ])
    func `refuses comparisons that cannot be made`(_ text: String) {
        #expect(keyword { _ = try UserFilter(try Filter(parsing: text)) } == .invalidFilter, "\(text)")
    }
}
