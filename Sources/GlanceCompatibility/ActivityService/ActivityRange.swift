internal import Accounts
internal import HTTPCore
internal import WireCodec
internal import WireProtocol

/// Which sessions a report is about: read from `type`, `status`, `startRange` and `endRange`.
struct ActivityRange: Sendable {
    /// The longest stretch of time, in seconds: 31 days.
    static let maximumSeconds: Int64 = 31 * 86_400

    /// What the two sides did; `nil` for all.
    let kind: SessionRecord.Kind?
    /// Where the sessions stand; `nil` for all.
    let status: SessionStatus?
    let from: Int64
    let until: Int64

    /// Reads the parameters.
    ///
    /// - Parameters:
    ///   - fields: The parameters of the call.
    ///   - needsStatus: Whether `status` has to say which sessions.
    /// - Throws: ``AnswerError/badRequest(_:)``.
    init(_ fields: FieldSet, needsStatus: Bool) throws(AnswerError) {
        self.kind = try Self.kind(fields)
        self.status = try Self.status(fields, isNeeded: needsStatus)
        let start = try Self.time(fields, ParameterName.startRange, "startRange")
        let end = try Self.time(fields, ParameterName.endRange, "endRange")
        guard start < end else { throw .badRequest("endRange has to be later than startRange.") }
        guard end - start <= Self.maximumSeconds else { throw .badRequest("The range is at most 31 days.") }
        self.from = start
        self.until = end
    }

    /// The sessions whose `moment` lies in the range; the end is not part of it.
    func query(_ moment: SessionQuery.Period.Timestamp) -> SessionQuery {
        SessionQuery(
            kind: kind,
            statuses: status.map { [$0] },
            period: SessionQuery.Period(moment, from: from, until: until)
        )
    }

    /// `type`, which has to be there even where it says nothing.
    private static func kind(_ fields: FieldSet) throws(AnswerError) -> SessionRecord.Kind? {
        guard let text = fields[ParameterName.type] else { throw .badRequest("type is missing: C, G, V or blank.") }
        guard !text.isEmpty else { return nil }
        guard let kind = SessionRecord.Kind(rawValue: text) else { throw .badRequest("type is C, G, V or blank.") }
        return kind
    }

    private static func status(_ fields: FieldSet, isNeeded: Bool) throws(AnswerError) -> SessionStatus? {
        switch fields.nonEmpty(ParameterName.status) {
        case "A": return .active
        case "C": return .completed
        case nil where !isNeeded: return nil
        default: throw .badRequest(isNeeded ? "status is A or C." : "status is A, C or blank.")
        }
    }

    /// Sessions are kept in whole seconds: one at the second before a fraction is before it.
    private static func time(_ fields: FieldSet, _ name: String, _ spelling: String) throws(AnswerError) -> Int64 {
        guard let time = fields[name].flatMap({ ISOTime($0) }) else {
            throw .badRequest(
                "\(spelling) is a time with its zone: 2026-01-31T09:30:00Z, or with +02:00, which a form has as %2B02:00."
            )
        }
        return time.roundedUp
    }
}

/// Which part of a list is wanted: read from `pageStart` and `pageCount`.
struct ActivityPage: Sendable {
    /// The most records of a page.
    static let maximumCount = 1000

    /// How many records are skipped.
    let start: Int
    let count: Int

    /// Reads the parameters; without them it is the first page.
    ///
    /// - Throws: ``AnswerError/badRequest(_:)``.
    init(_ fields: FieldSet) throws(AnswerError) {
        let start = Self.number(fields.nonEmpty(ParameterName.pageStart) ?? "0")
        guard let start else { throw .badRequest("pageStart is how many records to pass over.") }
        let count = Self.number(fields.nonEmpty(ParameterName.pageCount) ?? "\(Self.maximumCount)")
        guard let count, (1...Self.maximumCount).contains(count) else {
            throw .badRequest("pageCount is 1 to \(Self.maximumCount).")
        }
        self.start = start
        self.count = count
    }

    private static func number(_ text: String) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int(text)
    }
}
