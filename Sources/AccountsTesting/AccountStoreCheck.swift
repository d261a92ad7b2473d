package import Accounts
internal import LoginKey
internal import WireProtocol

/// One behaviour that every ``AccountStore`` must have.
///
/// Each check gets an empty store of its own.
///
/// A store's tests run them all:
/// ```swift
/// @Test(arguments: AccountStoreCheck.all)
/// func `keeps the promise`(_ check: AccountStoreCheck) async throws { try await check.run(makeEmptyStore()) }
/// ```
package struct AccountStoreCheck: Sendable, CustomStringConvertible {
    /// The behaviour, as a sentence.
    package let description: String
    /// Fails by recording an issue or by throwing.
    package let run: @Sendable (any AccountStore) async throws -> Void

    init(_ description: String, _ run: @escaping @Sendable (any AccountStore) async throws -> Void) {
        self.description = description
        self.run = run
    }

    /// All behaviours.
    package static let all =
        groups + apiKeys + publicKeys + users + secondFactors + securityKeys + changes + versions + queries
        + credentials + clients
        + launches
        + decisions
        + rights + sessions + audit + archives + checkpoints + purging
}

/// What the checks use.
enum Sample {
    static let now: Int64 = 1_700_000_000

    static func partnerID(_ text: String = "12345") throws -> PartnerID {
        try PartnerID(parsing: text)
    }

    static func apiKey(_ seed: String = "one") throws -> APIKey {
        try APIKey(text: "an API key for the checks, number \(seed), long enough")
    }

    static func publicKey() throws -> Ed25519PublicKey {
        try Ed25519PublicKey(parsing: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    }

    static func event(_ detail: String = "", _ outcome: AuditEvent.Outcome = .granted) throws -> AuditEvent {
        var generator = SystemRandomNumberGenerator()
        return AuditEvent(
            time: now * 1000,
            correlationID: CorrelationID(using: &generator),
            partnerID: try partnerID(),
            action: .administration,
            outcome: outcome,
            detail: detail
        )
    }

    static func user(_ name: String = "joe", in partnerID: String = "12345", puid: String? = nil) throws -> User {
        User(
            partnerID: try Self.partnerID(partnerID),
            partnerUserID: try PartnerUserID(parsing: puid ?? name),
            username: try Username(parsing: name),
            firstName: "Joe"
        )
    }

    static func session(_ key: String = "4711", id: String = "s1", in partnerID: String = "12345") throws
        -> SessionRecord
    {
        SessionRecord(
            id: id,
            partnerID: try Self.partnerID(partnerID),
            key: SessionKey(key) ?? SessionKey.standard,
            isKeyless: true,
            kind: .cobrowse,
            owner: .visitor,
            status: .settingUp,
            server: "main",
            createdAt: now,
            correlationID: try event().correlationID
        )
    }

    static func makeGroup(_ store: any AccountStore, _ text: String = "12345") async throws {
        try await store.createGroup(Group(partnerID: try partnerID(text), name: "Group \(text)"), recording: event())
    }
}

extension SessionKey {
    fileprivate static var standard: SessionKey {
        var generator = SystemRandomNumberGenerator()
        return .random(using: &generator)
    }
}
