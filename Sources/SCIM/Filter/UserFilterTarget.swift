internal import Accounts
internal import WireCodec

/// What a path of a filter means for users.
enum UserFilterTarget: Sendable {
    /// A text of the user.
    case text(UserFilter.Field)
    /// The user's id.
    case id
    /// The id of the user's role.
    case roleID
    /// Whether the user may sign in.
    case active
    /// A moment in the user's life.
    case moment(UserFilter.Timestamp)
    /// The same value for all users that fit a condition, and none for the others.
    case constant(JSONValue, UserFilter)
    /// Something that all users have who fit a condition, and that can be asked for by `pr` alone.
    case whole(UserFilter)
    /// Something that nothing may be asked about.
    case hidden
    /// Something that no user has.
    case absent

    /// Finds the target of a path.
    init(_ path: AttributePath) {
        self = path.schema.isEmpty ? Self.targets[path.text] ?? .absent : .absent
    }

    private static let everybody = UserFilter.all([])
    private static let named = UserFilter.any([has(.firstName), has(.lastName)])

    private static let targets: [String: Self] = [
        "id": .id, "externalid": .text(.partnerUserID), "username": .text(.username), "active": .active,
        "schemas": .constant(.string(URN.user), everybody), "password": .hidden,
        "displayname": .whole(everybody),
        "name": .whole(named), "name.formatted": .whole(named),
        "name.givenname": .text(.firstName), "name.familyname": .text(.lastName),
        "emails": .text(.email), "emails.value": .text(.email),
        "emails.type": .constant("work", has(.email)), "emails.primary": .constant(true, has(.email)),
        "phonenumbers": .text(.phone), "phonenumbers.value": .text(.phone),
        "phonenumbers.type": .constant("work", has(.phone)), "phonenumbers.primary": .constant(true, has(.phone)),
        "roles": .text(.roleName), "roles.value": .text(.roleName), "roles.primary": .constant(true, has(.roleName)),
        "groups": .roleID, "groups.value": .roleID, "groups.display": .text(.roleName),
        "groups.type": .constant("direct", has(.roleName)), "groups.$ref": .whole(has(.roleName)),
        "meta": .whole(everybody), "meta.resourcetype": .constant("User", everybody),
        "meta.created": .moment(.created), "meta.lastmodified": .moment(.modified),
        "meta.location": .whole(everybody), "meta.version": .whole(everybody),
    ]

    private static func has(_ field: UserFilter.Field) -> UserFilter {
        .not(.isMissing(field))
    }
}
