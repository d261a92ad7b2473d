/// A condition on the users of a group.
///
/// Texts are compared without regard to the case of ASCII letters, but the PartnerUserId byte by byte, where a
/// Salesforce id equals itself in its other length. A field that is missing, or empty, matches no comparison.
package indirect enum UserFilter: Hashable, Sendable {
    /// The field's text matches.
    case text(Field, Comparison, String)
    /// The field is missing or empty.
    case isMissing(Field)
    /// The user has this id.
    case id(User.ID)
    /// The user has this role.
    case role(Role.ID)
    /// The user may sign in, or may not.
    case isActive(Bool)
    /// The moment, in Unix seconds, matches.
    case time(Timestamp, Comparison, Int64)
    /// All conditions hold.
    case all([UserFilter])
    /// One of the conditions holds, at least.
    case any([UserFilter])
    /// The condition does not hold.
    case not(UserFilter)

    /// What is compared.
    package enum Field: Hashable, Sendable, CaseIterable {
        case username
        case partnerUserID
        case firstName
        case lastName
        case email
        case phone
        case roleName
    }

    /// When something happened to the user.
    package enum Timestamp: Hashable, Sendable {
        case created
        case modified
    }

    /// How it is compared.
    ///
    /// ``contains``, ``begins`` and ``ends`` are for texts only; a moment never matches them.
    package enum Comparison: Hashable, Sendable, CaseIterable {
        case equals
        case contains
        case begins
        case ends
        case less
        case lessOrEqual
        case greater
        case greaterOrEqual
    }
}

/// Which users of a group to list; deleted ones never are.
package struct UserQuery: Sendable {
    /// The condition; `nil` for all.
    package var filter: UserFilter?
    /// Only users with ids above this one.
    package var after: User.ID?
    /// How many of the matches are skipped.
    package var offset: Int
    /// The maximum number: 0 to 1,000.
    package var limit: Int

    /// Makes a query.
    package init(filter: UserFilter? = nil, after: User.ID? = nil, offset: Int = 0, limit: Int = 1000) {
        self.filter = filter
        self.after = after
        self.offset = max(offset, 0)
        self.limit = min(max(limit, 0), 1000)
    }
}

/// What a query has found.
package struct UserPage: Sendable {
    /// The users, in the order of their ids.
    package var users: [User]
    /// How many users match the filter in all, whatever `after`, `offset` and `limit` are.
    package var total: Int

    /// Makes a page.
    package init(users: [User], total: Int) {
        self.users = users
        self.total = total
    }
}
