/// One decision that a store is asked to carry out: it is evaluated, written down, and told what became of it.
///
/// A store calls the methods one after the other, ``complete(_:)`` last and once; ``evaluate(on:)`` at most once, and
/// ``evaluateSpentCredential()`` only after it. They run on the store's own thread: they must not block.
package protocol AuthenticationTransaction: AnyObject, Sendable {
    /// Whom the credentials name.
    var accountReference: AccountReference { get }
    /// When, in Unix seconds.
    var seconds: Int64 { get }

    /// Decides. Gets `nil` for an unknown group or user name.
    func evaluate(on snapshot: AccountSnapshot?) -> TransactionRecord
    /// Decides again, because the credential was used before, or the security key is gone or its counter went on; the answer is
    /// the event that is written instead.
    func evaluateSpentCredential() -> AuditEvent
    /// Is told that the last evaluation is durable, or why it is not: ``AccountsError/Code/unreadableSecret``, or
    /// ``AccountsError/Code/storeUnavailable``. Then nothing was written, or the disk has failed and this is unknown.
    func complete(_ result: Result<Void, AccountsError>)
}

extension AccountsError {
    /// A store has completed what it never evaluated.
    package static var undecided: Self { Self(code: .storeUnavailable, message: "the store has not decided") }
}

/// What a store writes down about a decision.
package struct TransactionRecord: Sendable {
    /// What the audit gets.
    package var event: AuditEvent
    /// The credential that is used up.
    package var spends: SpentCredential?
    /// What is used up together with it.
    package var alsoSpends: SpentCredential?
    /// The security key that was used, whose counter must increase; only for a decision that uses up a credential.
    package var usedSecurityKey: SecurityKey.Use?
    /// The API key that the LoginKey was made with, whose last use is noted.
    package var usedAPIKey: APIKeyRecord.ID?
    /// What it means for a launch of the client; nothing if the credential was used up before.
    package var launch: LaunchUpdate?

    /// Makes a record.
    package init(
        event: AuditEvent,
        spends: SpentCredential? = nil,
        alsoSpends: SpentCredential? = nil,
        usedSecurityKey: SecurityKey.Use? = nil,
        usedAPIKey: APIKeyRecord.ID? = nil,
        launch: LaunchUpdate? = nil
    ) {
        self.event = event
        self.spends = spends
        self.alsoSpends = alsoSpends
        self.usedSecurityKey = usedSecurityKey
        self.usedAPIKey = usedAPIKey
        self.launch = launch
    }
}
