package import Accounts
internal import LoginKey
internal import Synchronization

/// Looks accounts up where nobody waits for a writer.
///
/// Groups with their opened keys, and roles, are remembered until the store's revision changes.
package final class SnapshotReader: Sendable {
    private struct Known {
        var revision: Int64 = -1
        var groups: [PartnerID: GroupEntry] = [:]
        var roles: [Int64: Role] = [:]
    }

    private let vault: SecretVault
    private let known = Mutex(Known())

    /// Makes a reader that remembers nothing yet.
    package init(vault: SecretVault) {
        self.vault = vault
    }

    /// What is known about an account; all of it is from one transaction.
    package func snapshot(
        of key: AccountReference,
        at now: Int64,
        in connection: any SQLConnection
    ) throws -> AccountSnapshot? {
        try looking(in: connection) { known in
            try AccountSnapshot.find(
                key,
                at: now,
                findUser: { try Rows.user($0, in: connection) },
                findGroup: { try group($0, in: connection, &known) },
                findRole: { try role($0, in: connection, &known) }
            )
        }
    }

    /// What is known about users; all of it is from one transaction.
    ///
    /// - Parameters:
    ///   - users: Whom it is about; ten thousand are looked up at once.
    ///   - now: Unix time in seconds.
    ///   - connection: Where they are.
    /// - Returns: Without those who are not there.
    /// - Throws: An error of the database.
    package func snapshots(
        of users: Set<User.ID>,
        at now: Int64,
        in connection: any SQLConnection
    ) throws -> [User.ID: AccountSnapshot] {
        try looking(in: connection) { known in
            var found: [User.ID: AccountSnapshot] = [:]
            for user in try Rows.users(users, in: connection) {
                found[user.id] = try AccountSnapshot.find(
                    .person(user.partnerID, user.id),
                    at: now,
                    findUser: { _ in user },
                    findGroup: { try group($0, in: connection, &known) },
                    findRole: { try role($0, in: connection, &known) }
                )
            }
            return found
        }
    }

    /// Looks something up with what is remembered of the store's present revision, and remembers what was read for it.
    private func looking<Value>(
        in connection: any SQLConnection,
        _ find: (inout Known) throws -> Value
    ) throws -> Value {
        let current = try connection.first("SELECT revision FROM store", []) { $0.integer(0) } ?? 0
        var known = known.withLock { $0 }
        if known.revision != current { known = Known(revision: current) }
        let before = known.groups.count + known.roles.count
        let value = try find(&known)
        if known.groups.count + known.roles.count != before { remember(known) }
        return value
    }

    private func group(_ partnerID: PartnerID, in connection: any SQLConnection, _ known: inout Known) throws
        -> GroupEntry?
    {
        if let entry = known.groups[partnerID] { return entry }
        let entry = try GroupEntry(of: partnerID, vault: vault, in: connection)
        known.groups[partnerID] = entry
        return entry
    }

    private func role(_ id: Int64, in connection: any SQLConnection, _ known: inout Known) throws -> Role? {
        if let role = known.roles[id] { return role }
        let role = try Rows.role(id, in: connection)
        known.roles[id] = role
        return role
    }

    /// A reader that was slower does not bring an older revision back.
    private func remember(_ newer: Known) {
        known.withLock { if newer.revision >= $0.revision { $0 = newer } }
    }
}
