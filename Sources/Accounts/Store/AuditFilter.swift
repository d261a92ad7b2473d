package import LoginKey

/// Which audit events to read; conditions that are `nil` hold for all.
package struct AuditFilter: Sendable {
    /// Only events of one click.
    package var correlationID: CorrelationID?
    /// Only events of one group.
    package var partnerID: PartnerID?
    /// Only events of one PartnerUserId or user name.
    package var actor: String?
    /// Only granted, or only refused.
    package var outcome: AuditEvent.Outcome?
    /// Only events at or after this time, in Unix milliseconds.
    package var since: Int64?
    /// The maximum number, the newest: 1 to 10,000.
    package var limit: Int

    /// Makes a filter.
    package init(
        correlationID: CorrelationID? = nil,
        partnerID: PartnerID? = nil,
        actor: String? = nil,
        outcome: AuditEvent.Outcome? = nil,
        since: Int64? = nil,
        limit: Int = 100
    ) {
        self.correlationID = correlationID
        self.partnerID = partnerID
        self.actor = actor
        self.outcome = outcome
        self.since = since
        self.limit = min(max(limit, 1), 10_000)
    }
}
