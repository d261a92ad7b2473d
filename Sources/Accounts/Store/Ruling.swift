/// A decision on credentials, as the store has to write it down before anybody hears of it.
public struct Ruling<Verdict: Sendable>: Sendable {
    /// The decision and its audit event.
    public var finding: Finding
    /// The LoginKey that the decision uses up, and the decision that holds if it was used up before.
    public var spend: (key: SpentKey, otherwise: Finding)?
    /// The API key that the LoginKey was made with, whose last use is noted.
    public var usedAPIKey: APIKeyRecord.ID?

    /// A decision and its audit event.
    public struct Finding: Sendable {
        /// What the caller gets.
        public var verdict: Verdict
        /// What the audit gets.
        public var event: AuditEvent

        /// Makes a finding.
        public init(verdict: Verdict, event: AuditEvent) {
            self.verdict = verdict
            self.event = event
        }
    }

    /// Makes a ruling.
    public init(
        finding: Finding,
        spend: (key: SpentKey, otherwise: Finding)? = nil,
        usedAPIKey: APIKeyRecord.ID? = nil
    ) {
        self.finding = finding
        self.spend = spend
        self.usedAPIKey = usedAPIKey
    }
}

/// A credential that is used up by being presented (THREATS 3).
public struct SpentKey: Sendable {
    /// What makes the credential the same as another, whatever its spelling: 16 to 64 bytes.
    public var identity: [UInt8]
    /// How long after the first use it may be used again, in seconds; 0 for never.
    public var window: Int64
    /// When the record may be forgotten, in Unix seconds.
    ///
    /// It is part of what makes the credential the same as another: the same credential always has the same value.
    public var forgetAt: Int64

    /// Makes a record.
    public init(identity: [UInt8], window: Int64, forgetAt: Int64) {
        self.identity = identity
        self.window = window
        self.forgetAt = forgetAt
    }
}
