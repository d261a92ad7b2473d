internal import Accounts
internal import LoginKey

/// A group with its opened keys, as it is remembered.
struct GroupEntry: Sendable {
    let group: Group
    let apiKeys: [APIKeyRecord]

    /// The keys that are not forgotten yet; mostly all of them, and then without a copy.
    func apiKeys(at now: Int64) -> [APIKeyRecord] {
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
    static func find(
        _ key: AccountReference,
        at now: Int64,
        findUser: (AccountReference) throws -> User?,
        findGroup: (PartnerID) throws -> GroupEntry?,
        findRole: (Int64) throws -> Role?
    ) throws -> AccountSnapshot? {
        var user = try findUser(key)
        if user == nil, let other = key.otherSpelling { user = try findUser(other) }
        let partnerID: PartnerID? =
            switch key {
            case .partner(let partnerID, _), .person(let partnerID, _): partnerID
            case .username: user?.partnerID
            }
        guard let partnerID, let entry = try findGroup(partnerID) else { return nil }
        let role = try user?.roleID.flatMap { try findRole($0.number) }
        return AccountSnapshot(group: entry.group, apiKeys: entry.apiKeys(at: now), user: user, role: role)
    }
}
