internal import Accounts
internal import GRDB
internal import LoginKey

/// A ``UserFilter`` as a condition of SQL with its arguments.
struct UserFilterSQL {
    private(set) var text = ""
    private(set) var arguments = StatementArguments()
    private let partnerID: PartnerID

    init(_ filter: UserFilter?, in partnerID: PartnerID) {
        self.partnerID = partnerID
        append("partner_id = ? AND state <> 'deleted'", [partnerID.text])
        guard let filter else { return }
        append(" AND ", [])
        append(filter)
    }

    private mutating func append(_ sql: String, _ values: StatementArguments) {
        text += sql
        arguments += values
    }

    private mutating func append(_ filter: UserFilter) {
        switch filter {
        case .text(.roleName, let comparison, let value): appendRoleName(comparison, value)
        case .text(let field, let comparison, let value): append(Self.column(field), comparison, value, field)
        case .isMissing(.roleName): append("role_id IS NULL", [])
        case .isMissing(let field): append("ifnull(\(Self.column(field)), '') = ''", [])
        case .id(let id): append("id = ?", [id.number])
        case .role(let id): append("ifnull(role_id, 0) = ?", [id.number])
        case .isActive(let isActive): append(isActive ? "state = 'active'" : "state <> 'active'", [])
        case .time(let moment, let comparison, let value): append(moment, comparison, value)
        case .all(let filters): append(filters, joinedBy: " AND ", whenEmpty: "1")
        case .any(let filters): append(filters, joinedBy: " OR ", whenEmpty: "0")
        case .not(let filter):
            append("NOT (", [])
            append(filter)
            append(")", [])
        }
    }

    private mutating func append(_ filters: [UserFilter], joinedBy word: String, whenEmpty empty: String) {
        append("(", [])
        if filters.isEmpty { append(empty, []) }
        for (index, filter) in filters.enumerated() {
            if index > 0 { append(word, []) }
            append(filter)
        }
        append(")", [])
    }

    private mutating func append(
        _ column: String,
        _ comparison: UserFilter.Comparison,
        _ value: String,
        _ field: UserFilter.Field
    ) {
        // User names are kept in lower case, so that the comparison can use the index on them.
        let value = field == .username ? value.lowercased() : value
        let collation = field == .username || field == .partnerUserID ? "" : " COLLATE NOCASE"
        // A missing or empty field fits no comparison, also within `NOT`: hence no NULL may come out of this.
        append("(ifnull(\(column), '') <> '' AND ", [])
        switch comparison {
        case .equals: append("\(column) = ?\(collation)", [value])
        case .contains:
            let isExact = collation.isEmpty
            append(isExact ? "instr(\(column), ?) > 0" : "instr(lower(\(column)), lower(?)) > 0", [value])
        case .begins: append("substr(\(column), 1, length(?)) = ?\(collation)", [value, value])
        case .ends: append("(? = '' OR substr(\(column), -length(?)) = ?\(collation))", [value, value, value])
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            append("\(column) \(Self.sign(comparison)) ?\(collation)", [value])
        }
        append(")", [])
    }

    private mutating func appendRoleName(_ comparison: UserFilter.Comparison, _ value: String) {
        append("ifnull(role_id, 0) IN (SELECT id FROM roles WHERE partner_id = ? AND ", [partnerID.text])
        append("name", comparison, value, .roleName)
        append(")", [])
    }

    private mutating func append(
        _ moment: UserFilter.Timestamp,
        _ comparison: UserFilter.Comparison,
        _ value: Int64
    ) {
        switch comparison {
        case .contains, .begins, .ends: append("0", [])
        default:
            let column = moment == .created ? "created_at" : "modified_at"
            append("\(column) \(Self.sign(comparison)) ?", [value])
        }
    }

    private static func column(_ field: UserFilter.Field) -> String {
        switch field {
        case .username: "username"
        case .partnerUserID: "partner_user_id"
        case .firstName: "first_name"
        case .lastName: "last_name"
        case .email: "email"
        case .phone: "phone"
        case .roleName: "name"
        }
    }

    private static func sign(_ comparison: UserFilter.Comparison) -> String {
        switch comparison {
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .equals, .contains, .begins, .ends: "="
        }
    }
}
