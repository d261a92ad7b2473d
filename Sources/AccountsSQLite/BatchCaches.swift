internal import Accounts
internal import AccountsSQL
internal import GRDB
internal import LoginKey

/// What one thread remembers from batch to batch: groups with their decrypted keys, and roles.
///
/// Every administrative change raises the store's revision in its own transaction; a batch reads the revision first
/// and forgets everything if it has changed, also when another process changed it.
// Used by the writer thread alone; `GroupCommit` sees to that.
final class BatchCaches: @unchecked Sendable {
    private let vault: SecretVault
    private var revision: Int64 = -1
    private var groups: [PartnerID: GroupEntry] = [:]
    private var roles: [Int64: Role] = [:]
    private var notedUses: [Int64: Int64] = [:]
    let clock: StoreClock
    var lastPurge: Int64 = 0
    /// The audit chain up to the newest row that this transaction sees or has written.
    var chain = AuditChain()
    private var prepared: HotStatements?

    /// The statements of every sign-in, prepared once.
    var statements: HotStatements {
        get throws {
            guard let prepared else { throw AccountsError.unavailable(nil) }
            return prepared
        }
    }

    init(vault: SecretVault, clock: StoreClock) {
        self.clock = clock
        self.vault = vault
    }

    func forgetStatements() {
        prepared = nil
    }

    func forget() {
        revision = -1
        groups.removeAll()
        roles.removeAll()
        notedUses.removeAll()
    }

    /// Begins a transaction: looks where the audit chain stands and whether the revision has changed.
    func begin(_ database: Database) throws {
        let statements = try prepared ?? HotStatements(database)
        prepared = statements
        chain = AuditChain(head: try statements.chainHead.first { $0.bytes(0) } ?? nil)
        try refresh(database)
    }

    func refresh(_ database: Database) throws {
        let current = try statements.revision.first { $0.integer(0) }
        guard current != revision else { return }
        groups.removeAll()
        roles.removeAll()
        revision = current ?? -1
    }

    /// Whether a group can be had without asking the database.
    func remembers(_ partnerID: PartnerID) -> Bool { groups[partnerID] != nil }

    func group(_ partnerID: PartnerID, in database: Database) throws -> GroupEntry? {
        if let entry = groups[partnerID] { return entry }
        let entry = try GroupEntry(of: partnerID, vault: vault, in: SQLiteConnection(database: database))
        groups[partnerID] = entry
        return entry
    }

    func role(_ id: Int64, in database: Database) throws -> Role? {
        if let role = roles[id] { return role }
        let role = try Rows.role(id, in: SQLiteConnection(database: database))
        roles[id] = role
        return role
    }

    /// Whether a key's last use has to be written: once a minute is enough.
    func shouldNoteUse(of id: APIKeyRecord.ID, at now: Int64) -> Bool {
        guard now - (notedUses[id.number] ?? .min / 2) >= 60 else { return false }
        notedUses[id.number] = now
        return true
    }
}
