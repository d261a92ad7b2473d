internal import Accounts
internal import LoginKey

/// A ``UserFilter`` as a condition of SQL with its arguments.
struct UserFilterSQL {
    private(set) var text = ""
    private(set) var arguments: SQLArguments = []
    private let partnerID: PartnerID
    private let dialect: SQLDialect

    init(_ filter: UserFilter?, in partnerID: PartnerID, for dialect: SQLDialect) {
        self.partnerID = partnerID
        self.dialect = dialect
        append("partner_id = ? AND state <> 'deleted'", [partnerID.text])
        guard let filter else { return }
        append(" AND ", [])
        append(filter)
    }

    private mutating func append(_ sql: String, _ values: [any SQLConvertible]) {
        text += sql
        arguments += values
    }

    private mutating func append(_ filter: UserFilter) {
        switch filter {
        case .text(.roleName, let comparison, let value): appendRoleName(comparison, value)
        case .text(let field, let comparison, let value): append(Self.column(field), comparison, value, field)
        case .isMissing(.roleName): append("role_id IS NULL", [])
        case .isMissing(let field): append("coalesce(\(Self.column(field)), '') = ''", [])
        case .id(let id): append("id = ?", [id.number])
        case .role(let id): append("coalesce(role_id, 0) = ?", [id.number])
        case .isActive(let isActive): append(isActive ? "state = 'active'" : "state <> 'active'", [])
        case .time(let moment, let comparison, let value): append(moment, comparison, value)
        case .all(let filters): append(filters, joinedBy: " AND ", whenEmpty: "1 = 1")
        case .any(let filters): append(filters, joinedBy: " OR ", whenEmpty: "1 = 0")
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
        let isExact = field == .username || field == .partnerUserID
        let value = field == .username ? value.lowercased() : isExact ? value : Self.foldingCase(of: value)
        let text = isExact ? column : "lower(\(column))"
        // A missing or empty field fits no comparison, also within `NOT`: hence no NULL may come out of this.
        append("(coalesce(\(column), '') <> '' AND ", [])
        switch comparison {
        case .contains: append("\(dialect.position)(\(text), ?) > 0", [value])
        case .begins: append("substr(\(text), 1, length(?)) = ?", [value, value])
        case .ends:
            append("length(\(column)) >= length(?) AND ", [value])
            append("substr(\(text), length(\(column)) - length(?) + 1) = ?", [value, value])
        case .equals where field == .partnerUserID:
            append("\(text) IN (?, ?)", [value, Self.otherSpelling(of: value)])
        case .equals, .less, .lessOrEqual, .greater, .greaterOrEqual:
            append("\(text) \(Self.sign(comparison)) ?", [value])
        }
        append(")", [])
    }

    private mutating func appendRoleName(_ comparison: UserFilter.Comparison, _ value: String) {
        append("coalesce(role_id, 0) IN (SELECT id FROM roles WHERE partner_id = ? AND ", [partnerID.text])
        append("name", comparison, value, .roleName)
        append(")", [])
    }

    private mutating func append(
        _ moment: UserFilter.Timestamp,
        _ comparison: UserFilter.Comparison,
        _ value: Int64
    ) {
        switch comparison {
        case .contains, .begins, .ends: append("1 = 0", [])
        default:
            let column = moment == .created ? "created_at" : "modified_at"
            append("\(column) \(Self.sign(comparison)) ?", [value])
        }
    }

    /// The other length of a Salesforce user's id; any other text as it is.
    private static func otherSpelling(of text: String) -> String {
        (try? PartnerUserID(parsing: text))?.otherSalesforceSpelling?.text ?? text
    }

    /// Lowers ASCII letters alone, as `lower` does in a database.
    private static func foldingCase(of text: String) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
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
