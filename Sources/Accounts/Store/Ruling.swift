internal import Synchronization

/// A decision on credentials for a caller that waits, as the store has to write it down before anybody hears of it.
public struct Ruling<Verdict: Sendable>: Sendable {
    /// The decision and its audit event.
    public var finding: Finding
    /// The credential that the decision uses up, and the decision that holds if it was used up before.
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

extension AccountStore {
    /// Reads what is known about an account and lets the caller decide on it, as ``hear(_:)`` does, for a caller that
    /// waits.
    ///
    /// - Parameters:
    ///   - key: Whom the credentials name.
    ///   - now: Unix time in seconds.
    ///   - decide: Gets `nil` for an unknown group or user name. Runs on the store's own thread: it must not block.
    /// - Returns: The ruling's verdict, or its `otherwise` if the credential was used up before.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    public func rule<Verdict: Sendable>(
        on key: AccountKey,
        at now: Int64,
        _ decide: @escaping @Sendable (AccountSnapshot?) -> Ruling<Verdict>
    ) async throws(AccountsError) -> Verdict {
        let result: Result<Verdict, AccountsError> = await withCheckedContinuation { continuation in
            hear(RulingHearing(key, now, decide) { continuation.resume(returning: $0) })
        }
        return try result.get()
    }
}

/// A ``Hearing`` whose decision is a ``Ruling``.
private final class RulingHearing<Verdict: Sendable>: Hearing {
    let accountKey: AccountKey
    let seconds: Int64
    private let decide: @Sendable (AccountSnapshot?) -> Ruling<Verdict>
    private let completion: @Sendable (Result<Verdict, AccountsError>) -> Void
    private let ruling = Mutex<Ruling<Verdict>?>(nil)

    init(
        _ accountKey: AccountKey,
        _ seconds: Int64,
        _ decide: @escaping @Sendable (AccountSnapshot?) -> Ruling<Verdict>,
        completion: @escaping @Sendable (Result<Verdict, AccountsError>) -> Void
    ) {
        self.accountKey = accountKey
        self.seconds = seconds
        self.decide = decide
        self.completion = completion
    }

    func rule(on snapshot: AccountSnapshot?) -> HearingRecord {
        let decided = decide(snapshot)
        ruling.withLock { $0 = decided }
        return HearingRecord(
            event: decided.finding.event,
            spends: decided.spend?.key,
            usedAPIKey: decided.usedAPIKey
        )
    }

    func ruleOnSpentKey() -> AuditEvent {
        ruling.withLock { ruling in
            guard let otherwise = ruling?.spend?.otherwise else { preconditionFailure("there was nothing to spend") }
            ruling?.finding = otherwise
            return otherwise.event
        }
    }

    func conclude(_ result: Result<Void, AccountsError>) {
        let verdict = ruling.withLock { $0?.finding.verdict }
        completion(result.flatMap { verdict.map(Result.success) ?? .failure(.undecided) })
    }
}
