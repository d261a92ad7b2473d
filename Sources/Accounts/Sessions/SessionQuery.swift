/// Which sessions of a group to list, the newest first; conditions that are `nil` hold for all.
public struct SessionQuery: Sendable {
    /// A stretch of time, in Unix seconds: from the first second to before the last.
    public struct Period: Sendable {
        /// What has to lie in it.
        public enum Timestamp: Sendable {
            /// When the session became active.
            case started
            /// When it ended.
            case ended
        }

        /// What has to lie in it.
        public var moment: Timestamp
        /// The first second.
        public var from: Int64
        /// The first second that is not in it any more.
        public var until: Int64

        /// Makes a period.
        public init(_ moment: Timestamp, from: Int64, until: Int64) {
            self.moment = moment
            self.from = from
            self.until = until
        }
    }

    /// What the two sides do.
    public var kind: SessionRecord.Kind?
    /// Where the session stands.
    public var statuses: Set<SessionStatus>?
    /// When it was.
    public var period: Period?
    /// The agent's PartnerUserId or user name, exactly; a Salesforce id in either length.
    public var agent: String?
    /// Whether it is not over yet.
    public var isOpen: Bool?
    /// How many are skipped.
    public var offset: Int
    /// At most so many: 1 to 1,000.
    public var limit: Int

    /// Makes a query.
    public init(
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
public struct SessionCount: Hashable, Sendable {
    /// What the two sides did.
    public var kind: SessionRecord.Kind
    /// Where the sessions stand.
    public var status: SessionStatus
    /// How many.
    public var count: Int
    /// From active to the end, or to now, in seconds, rounded down.
    public var averageDuration: Int64

    /// Makes a count.
    public init(kind: SessionRecord.Kind, status: SessionStatus, count: Int, averageDuration: Int64) {
        self.kind = kind
        self.status = status
        self.count = count
        self.averageDuration = averageDuration
    }
}
