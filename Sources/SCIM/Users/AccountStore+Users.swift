internal import Accounts
internal import LoginKey

extension AccountStore {
    /// The users with these ids, as far as the group has them; deleted ones are not there.
    func users(_ ids: [User.ID], of partnerID: PartnerID) async throws(AccountsError) -> [User] {
        var users: [User] = []
        var rest = ids[...]
        while !rest.isEmpty {
            let filter = UserFilter.any(rest.prefix(Self.chunk).map(UserFilter.id))
            users += try await self.users(matching: UserQuery(filter: filter, limit: Self.chunk), of: partnerID).users
            rest = rest.dropFirst(Self.chunk)
        }
        return users
    }

    /// How many ids are asked for at once.
    private static var chunk: Int { 200 }
}
