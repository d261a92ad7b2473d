internal import Accounts
internal import AccountsSQL
internal import LoginKey

/// What a writer remembers from batch to batch: groups with their opened keys, and roles, until the store's revision
/// changes.
///
/// The revision is read before the rows: rows may be newer than it, and are then read again, but never older.
struct AccountCaches {
    private let vault: SecretVault
    private var revision: Int64 = -1
    private var groups: [PartnerID: GroupEntry] = [:]
    private var roles: [Int64: Role] = [:]
    private var notedUses: [Int64: Int64] = [:]

    init(vault: SecretVault) {
        self.vault = vault
    }

    /// Forgets everything if the store has another revision.
    mutating func refresh(_ current: Int64) {
        guard current != revision else { return }
        forget()
        revision = current
    }

    /// Forgets everything.
    mutating func forget() {
        revision = -1
        groups.removeAll()
        roles.removeAll()
    }

    mutating func group(_ partnerID: PartnerID, in connection: PostgresSession) throws -> GroupEntry? {
        if let entry = groups[partnerID] { return entry }
        let entry = try GroupEntry(of: partnerID, vault: vault, in: connection)
        groups[partnerID] = entry
        return entry
    }

    mutating func role(_ id: Int64, in connection: PostgresSession) throws -> Role? {
        if let role = roles[id] { return role }
        let role = try Rows.role(id, in: connection)
        roles[id] = role
        return role
    }

    /// Whether a key's last use has to be written: once a minute is enough.
    mutating func shouldNoteUse(of id: APIKeyRecord.ID, at now: Int64) -> Bool {
        guard now - (notedUses[id.number] ?? .min / 2) >= 60 else { return false }
        notedUses[id.number] = now
        return true
    }
}
