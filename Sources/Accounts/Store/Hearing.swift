/// One decision that a store is asked to carry out: it is heard, written down, and told what became of it.
///
/// A store calls the methods one after the other, ``conclude(_:)`` last and once; ``rule(on:)`` at most once, and
/// ``ruleOnSpentKey()`` only after it. They run on the store's own thread: they must not block.
public protocol Hearing: AnyObject, Sendable {
    /// Whom the credentials name.
    var accountKey: AccountKey { get }
    /// When, in Unix seconds.
    var seconds: Int64 { get }

    /// Decides. Gets `nil` for an unknown group or user name.
    func rule(on snapshot: AccountSnapshot?) -> HearingRecord
    /// Decides anew, because the credential was used up before; the answer is the event that is written instead.
    func ruleOnSpentKey() -> AuditEvent
    /// Hears that the last ruling is durable, or why it is not: ``AccountsError/Code/unreadableSecret``, or
    /// ``AccountsError/Code/storeUnavailable``. Then nothing was written, or the disk has failed and nobody knows.
    func conclude(_ result: Result<Void, AccountsError>)
}

extension AccountsError {
    /// A store has concluded what it never heard.
    package static var undecided: Self { Self(code: .storeUnavailable, message: "the store has not decided") }
}

/// What a store writes down of a decision.
public struct HearingRecord: Sendable {
    /// What the audit gets.
    public var event: AuditEvent
    /// The credential that is used up.
    public var spends: SpentKey?
    /// The API key that the LoginKey was made with, whose last use is noted.
    public var usedAPIKey: APIKeyRecord.ID?

    /// Makes a record.
    public init(event: AuditEvent, spends: SpentKey? = nil, usedAPIKey: APIKeyRecord.ID? = nil) {
        self.event = event
        self.spends = spends
        self.usedAPIKey = usedAPIKey
    }
}
