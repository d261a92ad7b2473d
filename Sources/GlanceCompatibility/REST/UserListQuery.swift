internal import Accounts
internal import HTTPCore
internal import WireCodec

/// What the list of users is asked for (`docs/protocol.md#rest`).
struct UserListQuery: Sendable {
    /// How many users an answer has at the most, where the caller does not say.
    static let defaultLimit: Int64 = 20
    /// How many an answer can have.
    static let maximumLimit: Int64 = 1000
    /// How many can be skipped.
    static let maximumOffset: Int64 = 2_147_483_647

    let query: UserQuery

    /// Reads the parameters of the query.
    ///
    /// Unknown parameters, such as the `_=1` that some programs add, are ignored.
    ///
    /// - Throws: ``AnswerError/badRequest(_:)``.
    init(_ fields: FieldSet) throws(AnswerError) {
        let conditions = try Self.conditions(fields)
        let isAny = try Self.isAny(fields)
        query = UserQuery(
            filter: conditions.isEmpty ? nil : isAny ? .any(conditions) : .all(conditions),
            offset: Int(try Self.number("offset", in: 0...Self.maximumOffset, fields) ?? 0),
            limit: Int(try Self.number("limit", in: 1...Self.maximumLimit, fields) ?? Self.defaultLimit)
        )
    }

    private static let filters: [(name: String, field: UserFilter.Field)] = [
        ("username", .username), ("firstName", .firstName), ("lastName", .lastName), ("puid", .partnerUserID),
        ("roleName", .roleName),
    ]

    /// An empty filter counts as missing.
    private static func conditions(_ fields: FieldSet) throws(AnswerError) -> [UserFilter] {
        var conditions: [UserFilter] = []
        for (name, field) in filters {
            guard let text = fields.nonEmpty(name.lowercased()) else { continue }
            guard let wildcard = Wildcard(text) else { throw .badRequest("\(name) \(Wildcard.rule).") }
            conditions.append(wildcard.filter(field))
        }
        if let id = try number("roleID", in: 1...WholeNumber.maximum, fields) { conditions.append(.role(Role.ID(id))) }
        return conditions
    }

    private static func isAny(_ fields: FieldSet) throws(AnswerError) -> Bool {
        switch fields["ormode"] {
        case nil, "false": false
        case "true": true
        default: throw .badRequest("orMode is true or false.")
        }
    }

    private static func number(
        _ name: String,
        in range: ClosedRange<Int64>,
        _ fields: FieldSet
    ) throws(AnswerError) -> Int64? {
        guard let text = fields[name.lowercased()] else { return nil }
        guard let number = WholeNumber.read(text, in: range) else {
            throw .badRequest("\(name) is \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}
