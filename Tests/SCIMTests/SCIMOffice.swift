import Accounts
import AccountsSQLite
import Authentication
import LoginKey
import ServiceTokens
import TestSupport
import Testing
import WireCodec

@testable import SCIM

/// A store with a group, its administrator and two roles, and the endpoints as the administrator's token opens them.
struct SCIMOffice {
    static let now: Int64 = 1_700_000_000
    static let links = ResourceLinks(publicURL: "https://latchkey.example")

    let folder: TemporaryFolder
    let store: any AccountStore
    let partnerID: PartnerID
    let administrator: User
    let agents: Role
    let guests: Role
    let users: UserEndpoint
    let groups: GroupEndpoint

    init() async throws {
        folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        store = try SQLiteAccountStore(path: folder.path + "/latchkey.sqlite", masterKey: masterKey)
        partnerID = try PartnerID(parsing: "12345")
        var generator = SeededGenerator(seed: 4)
        let authenticator = try Authenticator(
            store: store,
            signers: await TokenSigners(masterKey: masterKey),
            audiences: [try LoginKeyAudience(parsing: "support.example")],
            random: RandomSource { UInt64.random(in: 0 ... .max) },
            using: &generator
        )
        (administrator, agents, guests) = try await Self.fill(store, partnerID)
        let administration = try await Self.administration(authenticator, administrator)
        let turns = ChangeTurns()
        users = UserEndpoint(
            authenticator: authenticator,
            administration: administration,
            links: Self.links,
            turns: turns
        )
        groups = GroupEndpoint(store: store, administration: administration, links: Self.links, turns: turns)
    }

    private static func fill(
        _ store: any AccountStore,
        _ partnerID: PartnerID
    ) async throws -> (administrator: User, agents: Role, guests: Role) {
        try await store.createGroup(Group(partnerID: partnerID, name: "Office"), recording: event)
        let agents = Role(id: Role.ID(0), partnerID: partnerID, name: "Agents", privileges: .documented)
        let guests = Role(id: Role.ID(0), partnerID: partnerID, name: "Guests", privileges: [])
        let user = User(
            partnerID: partnerID,
            partnerUserID: nil,
            username: try Username(parsing: "admin"),
            isAdministrator: true
        )
        _ = try await store.createUsers([user], recording: event)
        return (
            try #require(await store.users(of: partnerID, after: nil, limit: 1).first),
            try await store.createRole(agents, recording: event),
            try await store.createRole(guests, recording: event)
        )
    }

    private static func administration(_ authenticator: Authenticator, _ user: User) async throws
        -> AdministrationContext
    {
        let text = AccessToken.prefix + String(repeating: "0", count: 64)
        _ = try await authenticator.store.addAccessToken(
            AccessToken(userID: user.id, digest: AccessToken.digest(of: text), label: "idp", createdAt: now),
            of: user.partnerID,
            recording: event
        )
        let attempt = Attempt(
            time: now * 1000,
            correlationID: .none,
            source: "127.0.0.1",
            purpose: "scim",
            mustBeAdministrator: true
        )
        let decision = try await authenticator.authorize(token: text, attempt: attempt)
        return AdministrationContext(try #require(decision.grant), attempt, by: "scim")
    }

    static var event: AuditEvent {
        AuditEvent(time: now * 1000, correlationID: .none, action: .administration, outcome: .granted)
    }

    /// Adds a user and returns the id.
    func add(_ json: String) async throws -> String {
        let answer = try await users.create(try object(json))
        return try #require(answer.object["id"]?.text)
    }

    /// The stored user.
    func user(_ id: String) async throws -> User? {
        let number = try #require(Int64(id))
        let query = UserQuery(filter: .id(User.ID(number)))
        return try await store.users(matching: query, of: partnerID).users.first
    }

    /// What the audit says was done.
    func details() async throws -> [String] {
        try await store.auditEvents(AuditFilter(partnerID: partnerID)).map(\.detail)
    }

    func bulk(_ json: String) async throws -> [JSONObject] {
        var run = BulkRun(try BulkRequest(try object(json)), users: users, groups: groups)
        let answer = await run.answer()
        return try #require(answer.object?["Operations"]?.elements).compactMap(\.object)
    }
}

func object(_ json: String) throws -> JSONObject {
    try #require(try JSONReader.value(of: Array(json.utf8)).object)
}

/// The keyword of the error that something throws; `nil` if it throws nothing, or an error without a keyword.
func keyword(_ body: () throws -> Void) -> SCIMError.Keyword? {
    do {
        try body()
        return nil
    } catch {
        return SCIMError(error).keyword
    }
}

/// The error that something throws.
func problem(_ body: () async throws -> Void) async -> SCIMError? {
    do {
        try await body()
        return nil
    } catch {
        return SCIMError(error)
    }
}
