internal import Synchronization

/// A decision on credentials for a caller that waits; the store writes it down before anybody is told.
package struct Evaluation<Value: Sendable>: Sendable {
    /// The decision and its audit event.
    package var outcome: Outcome
    /// The credential that the decision uses up, and the decision that holds if it was used up before.
    package var spend: (key: SpentCredential, otherwise: Outcome)?
    /// What is used up together with it; `otherwise` holds too if this was used before.
    package var alsoSpends: SpentCredential?
    /// The security key that was used; `otherwise` holds too if it is gone, or its counter has not increased.
    ///
    /// Only with `spend`.
    package var usedSecurityKey: SecurityKey.Use?
    /// The API key that the LoginKey was made with, whose last use is noted.
    package var usedAPIKey: APIKeyRecord.ID?
    /// What it means for a launch of the client; nothing if the credential was used up before.
    package var launch: LaunchUpdate?

    /// A decision and its audit event.
    package struct Outcome: Sendable {
        /// What the caller gets.
        package var value: Value
        /// What the audit gets.
        package var event: AuditEvent

        /// Makes an outcome.
        package init(value: Value, event: AuditEvent) {
            self.value = value
            self.event = event
        }
    }

    /// Makes an evaluation.
    package init(
        outcome: Outcome,
        spend: (key: SpentCredential, otherwise: Outcome)? = nil,
        alsoSpends: SpentCredential? = nil,
        usedSecurityKey: SecurityKey.Use? = nil,
        usedAPIKey: APIKeyRecord.ID? = nil,
        launch: LaunchUpdate? = nil
    ) {
        self.outcome = outcome
        self.spend = spend
        self.alsoSpends = alsoSpends
        self.usedSecurityKey = usedSecurityKey
        self.usedAPIKey = usedAPIKey
        self.launch = launch
    }
}

extension AccountStore {
    /// Reads what is known about an account and lets the caller decide on it, as ``perform(_:)`` does, for a caller that
    /// waits.
    ///
    /// - Parameters:
    ///   - key: Whom the credentials name.
    ///   - now: Unix time in seconds.
    ///   - decide: Gets `nil` for an unknown group or user name. Runs on the store's own thread: it must not block.
    /// - Returns: The evaluation's value, or its `otherwise` if the credential was used up before.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func evaluate<Value: Sendable>(
        on key: AccountReference,
        at now: Int64,
        _ decide: @escaping @Sendable (AccountSnapshot?) -> Evaluation<Value>
    ) async throws(AccountsError) -> Value {
        let result: Result<Value, AccountsError> = await withCheckedContinuation { continuation in
            perform(EvaluationTransaction(key, now, decide) { continuation.resume(returning: $0) })
        }
        return try result.get()
    }
}

/// An ``AuthenticationTransaction`` whose decision is an ``Evaluation``.
private final class EvaluationTransaction<Value: Sendable>: AuthenticationTransaction {
    let accountReference: AccountReference
    let seconds: Int64
    private let decide: @Sendable (AccountSnapshot?) -> Evaluation<Value>
    private let completion: @Sendable (Result<Value, AccountsError>) -> Void
    private let evaluation = Mutex<Evaluation<Value>?>(nil)

    init(
        _ accountReference: AccountReference,
        _ seconds: Int64,
        _ decide: @escaping @Sendable (AccountSnapshot?) -> Evaluation<Value>,
        completion: @escaping @Sendable (Result<Value, AccountsError>) -> Void
    ) {
        self.accountReference = accountReference
        self.seconds = seconds
        self.decide = decide
        self.completion = completion
    }

    func evaluate(on snapshot: AccountSnapshot?) -> TransactionRecord {
        let decided = decide(snapshot)
        evaluation.withLock { $0 = decided }
        return TransactionRecord(
            event: decided.outcome.event,
            spends: decided.spend?.key,
            alsoSpends: decided.alsoSpends,
            usedSecurityKey: decided.spend == nil ? nil : decided.usedSecurityKey,
            usedAPIKey: decided.usedAPIKey,
            launch: decided.launch
        )
    }

    func evaluateSpentCredential() -> AuditEvent {
        evaluation.withLock { evaluation in
            guard let otherwise = evaluation?.spend?.otherwise else {
                preconditionFailure("there was nothing to spend")
            }
            evaluation?.outcome = otherwise
            return otherwise.event
        }
    }

    func complete(_ result: Result<Void, AccountsError>) {
        let value = evaluation.withLock { $0?.outcome.value }
        completion(result.flatMap { value.map(Result.success) ?? .failure(.undecided) })
    }
}
