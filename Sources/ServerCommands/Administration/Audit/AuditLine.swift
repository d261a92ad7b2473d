internal import Accounts
internal import Foundation
internal import LoginKey

/// A row of the audit as a line of JSON, in exports and archives.
struct AuditLine: Codable {
    let row: Int64
    let milliseconds: Int64
    let event: AuditCommand.Row
    let hash: String

    init(_ row: AuditRow) {
        self.row = row.id
        milliseconds = row.event.time
        event = AuditCommand.Row(row.event)
        hash = Base64URL.text(of: row.hash.span)
    }

    /// The row; `nil` if a member holds what it may not.
    var auditRow: AuditRow? {
        guard let hash = Base64URL.decode(Array(hash.utf8)[...]), let event = event.event(at: milliseconds) else {
            return nil
        }
        return AuditRow(id: row, event: event, hash: hash)
    }

    /// Writes rows, each followed by a line feed.
    static func bytes(of rows: some Sequence<AuditRow>) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try rows.reduce(into: Data()) { $0 += try encoder.encode(AuditLine($1)) + Data("\n".utf8) }
    }
}

extension AuditCommand.Row {
    fileprivate func event(at milliseconds: Int64) -> AuditEvent? {
        guard let correlationID = CorrelationID(correlationID), let action = AuditEvent.Action(rawValue: action),
            let outcome = AuditEvent.Outcome(rawValue: outcome)
        else { return nil }
        let partnerID = try? PartnerID(parsing: partnerID)
        guard partnerID != nil || self.partnerID.isEmpty else { return nil }
        return AuditEvent(
            time: milliseconds,
            correlationID: correlationID,
            partnerID: partnerID,
            actor: actor,
            action: action,
            outcome: outcome,
            reason: reason,
            source: source,
            detail: detail
        )
    }
}
