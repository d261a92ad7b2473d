internal import Accounts
internal import GRDB
internal import LoginKey
internal import Synchronization

/// Looks accounts up on the reader connections, where nobody waits for a writer.
///
/// Groups with their opened keys, and roles, are remembered until the store's revision changes.
final class SnapshotReader: Sendable {
    private struct Known {
        var revision: Int64 = -1
        var groups: [PartnerID: GroupEntry] = [:]
        var roles: [Int64: Role] = [:]
    }

    private let vault: SecretVault
    private let known = Mutex(Known())

    init(vault: SecretVault) {
        self.vault = vault
    }

    /// What is known about an account; all of it is from one transaction.
    func snapshot(of key: AccountReference, at now: Int64, in database: Database) throws -> AccountSnapshot? {
        let current = try Int64.fetchOne(database.cachedStatement(sql: "SELECT revision FROM store")) ?? 0
        var known = known.withLock { $0 }
        if known.revision != current { known = Known(revision: current) }
        let before = known.groups.count + known.roles.count
        let snapshot = try AccountSnapshot.find(
            key,
            at: now,
            findUser: { try Rows.user($0, in: database) },
            findGroup: { try group($0, in: database, &known) },
            findRole: { try role($0, in: database, &known) }
        )
        if known.groups.count + known.roles.count != before { remember(known) }
        return snapshot
    }

    private func group(_ partnerID: PartnerID, in database: Database, _ known: inout Known) throws -> GroupEntry? {
        if let entry = known.groups[partnerID] { return entry }
        guard let group = try Rows.group(partnerID, in: database) else { return nil }
        let entry = GroupEntry(group: group, apiKeys: try Rows.apiKeys(of: partnerID, vault: vault, in: database))
        known.groups[partnerID] = entry
        return entry
    }

    private func role(_ id: Int64, in database: Database, _ known: inout Known) throws -> Role? {
        if let role = known.roles[id] { return role }
        let role = try Rows.role(id, in: database)
        known.roles[id] = role
        return role
    }

    /// A reader that was slower does not bring an older revision back.
    private func remember(_ newer: Known) {
        known.withLock { if newer.revision >= $0.revision { $0 = newer } }
    }
}
