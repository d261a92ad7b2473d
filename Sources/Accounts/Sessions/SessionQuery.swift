package import WireProtocol

/// Which sessions of a group to list, the newest first; conditions that are `nil` hold for all.
package struct SessionQuery: Sendable {
    /// A stretch of time, in Unix seconds: from the first second to before the last.
    package struct Period: Sendable {
        /// What must be in it.
        package enum Timestamp: Sendable {
            /// When the session became active.
            case started
            /// When it ended.
            case ended
        }

        /// What must be in it.
        package var moment: Timestamp
        /// The first second.
        package var from: Int64
        /// The first second after it.
        package var until: Int64

        /// Makes a period.
        package init(_ moment: Timestamp, from: Int64, until: Int64) {
            self.moment = moment
            self.from = from
            self.until = until
        }
    }

    /// What the two sides do.
    package var kind: SessionRecord.Kind?
    /// Where the session stands.
    package var statuses: Set<SessionStatus>?
    /// When it was.
    package var period: Period?
    /// The agent's PartnerUserId or user name, exactly; a Salesforce id in either length.
    ///
    /// With ``isOpen`` one of the agents who are in the session; otherwise ``SessionRecord/agent``.
    package var agent: String?
    /// Whether it is not over yet.
    package var isOpen: Bool?
    /// How many are skipped.
    package var offset: Int
    /// The maximum number: 1 to 1,000.
    package var limit: Int

    /// Makes a query.
    package init(
        kind: SessionRecord.Kind? = nil,
        statuses: Set<SessionStatus>? = nil,
        period: Period? = nil,
        agent: String? = nil,
        isOpen: Bool? = nil,
        offset: Int = 0,
        limit: Int = 1000
    ) {
        self.kind = kind
        self.statuses = statuses
        self.period = period
        self.agent = agent
        self.isOpen = isOpen
        self.offset = max(offset, 0)
        self.limit = min(max(limit, 1), 1000)
    }
}

/// How many sessions of one kind and status there were, and how long they took.
package struct SessionCount: Hashable, Sendable {
    /// What the two sides did.
    package var kind: SessionRecord.Kind
    /// Where the sessions stand.
    package var status: SessionStatus
    /// How many.
    package var count: Int
    /// From active to the end, or to now, in seconds, rounded down.
    package var averageDuration: Int64

    /// Makes a count.
    package init(kind: SessionRecord.Kind, status: SessionStatus, count: Int, averageDuration: Int64) {
        self.kind = kind
        self.status = status
        self.count = count
        self.averageDuration = averageDuration
    }
}
