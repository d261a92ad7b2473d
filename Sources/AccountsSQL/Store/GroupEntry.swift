package import Accounts
package import LoginKey

/// A group with its opened keys, as it is remembered.
package struct GroupEntry: Sendable {
    /// The group.
    package let group: Group
    /// Its keys, newest first.
    package let apiKeys: [APIKeyRecord]

    /// Reads a group; `nil` if it does not exist.
    package init?(of partnerID: PartnerID, vault: SecretVault, in connection: any SQLConnection) throws {
        guard let group = try Rows.group(partnerID, in: connection) else { return nil }
        self.group = group
        apiKeys = try Rows.apiKeys(of: partnerID, vault: vault, in: connection)
    }

    /// The keys that are not forgotten yet; mostly all of them, and then without a copy.
    package func apiKeys(at now: Int64) -> [APIKeyRecord] {
        apiKeys.allSatisfy { $0.isRemembered(at: now) } ? apiKeys : apiKeys.filter { $0.isRemembered(at: now) }
    }
}

extension AccountSnapshot {
    /// Puts a snapshot together.
    ///
    /// - Parameters:
    ///   - key: Whom it is about.
    ///   - now: Unix time in seconds.
    ///   - findUser: Looks a user up.
    ///   - findGroup: Looks a group up.
    ///   - findRole: Looks a role up.
    /// - Returns: `nil` for an unknown group or user name.
    /// - Throws: What the look-ups throw.
    package static func find(
        _ key: AccountReference,
        at now: Int64,
        findUser: (AccountReference) throws -> User?,
        findGroup: (PartnerID) throws -> GroupEntry?,
        findRole: (Int64) throws -> Role?
    ) throws -> AccountSnapshot? {
        let user = try anySpelling(of: key, findUser)
        let partnerID: PartnerID? =
            switch key {
            case .partner(let partnerID, _), .person(let partnerID, _): partnerID
            case .username: user?.partnerID
            }
        guard let partnerID, let entry = try findGroup(partnerID) else { return nil }
        let role = try user?.roleID.flatMap { try findRole($0.number) }
        return AccountSnapshot(group: entry.group, apiKeys: entry.apiKeys(at: now), user: user, role: role)
    }

    /// Somebody by either spelling of their id: whoever was deleted gives way to whoever was not.
    private static func anySpelling(
        of key: AccountReference,
        _ find: (AccountReference) throws -> User?
    ) throws -> User? {
        let user = try find(key)
        guard user.map({ $0.state == .deleted }) ?? true, let other = key.otherSpelling, let second = try find(other)
        else { return user }
        return user == nil || second.state != .deleted ? second : user
    }
}
