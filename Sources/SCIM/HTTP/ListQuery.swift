internal import WireCodec

/// Which resources to list, and what of them: the parameters of RFC 7644 section 3.4.2.
///
/// `sortBy` and `sortOrder` are ignored: resources are in the order of their ids.
struct ListQuery: Sendable {
    /// The most resources in one answer.
    static let maximumCount = 1000
    private static let defaultCount = 100

    /// The condition; `nil` for all.
    let filter: Filter?
    /// The position of the first resource, from 1.
    var startIndex: Int
    /// At most so many: 0 to ``maximumCount``.
    var count: Int
    /// What is shown of each.
    let selection: AttributeSelection

    /// Reads a query.
    ///
    /// - Parameters:
    ///   - fields: The parameters.
    ///   - selection: What was read of them already.
    /// - Throws: ``SCIMError``.
    init(_ fields: FieldSet, _ selection: AttributeSelection) throws(SCIMError) {
        self.filter = try fields.nonEmpty("filter").map { text throws(SCIMError) in try Filter(parsing: text) }
        self.startIndex = max(try Self.number(fields, "startindex") ?? 1, 1)
        self.count = min(max(try Self.number(fields, "count") ?? Self.defaultCount, 0), Self.maximumCount)
        self.selection = selection
    }

    private static func number(_ fields: FieldSet, _ name: String) throws(SCIMError) -> Int? {
        guard let text = fields.nonEmpty(name) else { return nil }
        guard let number = Int(text) else { throw .invalidValue("startIndex and count are whole numbers") }
        return number
    }
}
