import AccountAdministration
import Accounts
import AccountsSQLite
import LoginKey
import TestSupport
import Testing

/// A store that two processes have open, and a user in it.
struct Office {
    let folder: TemporaryFolder
    let stores: [any AccountStore]
    let user: User

    init() async throws {
        folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        let path = folder.path + "/latchkey.sqlite"
        stores = [
            try SQLiteAccountStore(path: path, masterKey: masterKey),
            try SQLiteAccountStore(path: path, masterKey: masterKey),
        ]
        let partnerID = try PartnerID(parsing: "12345")
        try await stores[0].createGroup(Group(partnerID: partnerID, name: "Office"), recording: Self.event)
        let new = User(partnerID: partnerID, partnerUserID: nil, username: try Username(parsing: "joe"))
        user = try #require(try await stores[0].createUsers([new], recording: Self.event).first)
    }

    static var event: AuditEvent {
        AuditEvent(time: 1_700_000_000_000, correlationID: .none, action: .administration, outcome: .granted)
    }

    func administration(_ index: Int = 0, by userID: User.ID? = nil) -> UserAdministration {
        UserAdministration(store: stores[index], by: Administrator(userID, recording: Self.event, by: "test"))
    }

    func stored(in index: Int = 0) async throws -> User {
        try #require(try await stores[index].users(of: user.partnerID, after: nil, limit: 1).first)
    }

    /// Adds a role that leaves nothing.
    func role(_ name: String) async throws -> Role {
        let role = Role(id: Role.ID(0), partnerID: user.partnerID, name: name, privileges: [])
        return try await stores[0].createRole(role, recording: Self.event)
    }

    /// What the audit says was done.
    func details() async throws -> [String] {
        try await stores[0].auditEvents(AuditFilter(limit: 100)).map(\.detail)
    }
}
