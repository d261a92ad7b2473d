internal import AccountAdministration
internal import Accounts
internal import Authentication
internal import HTTPTypes
internal import Hummingbird
internal import WireCodec

/// `/Users`: the users of the administrator's group.
struct UserEndpoint: Sendable {
    let authenticator: Authenticator
    let administration: AdministrationContext
    let links: ResourceLinks
    let turns: ChangeTurns

    private var store: any UserStore & RoleStore { authenticator.store }

    /// The users that fit a query.
    func list(_ query: ListQuery) async throws -> ListAnswer {
        let filter = try query.filter.map { filter throws(SCIMError) in try UserFilter(filter) }
        let page = try await store.users(
            matching: UserQuery(filter: filter, offset: query.startIndex - 1, limit: query.count),
            of: administration.partnerID
        )
        let roles = try await roles()
        return ListAnswer(
            total: page.total,
            startIndex: query.startIndex,
            resources: page.users.map { query.selection.apply(to: document($0, roles).object) }
        )
    }

    /// One user.
    func read(_ id: String) async throws -> ResourceAnswer {
        document(try await user(id), try await roles()).answer
    }

    /// Adds a user.
    func create(_ document: JSONObject) async throws -> ResourceAnswer {
        let planner = try await planner()
        return try await carryOut(try await planner.creation(document), planner)
    }

    /// Gives a user all attributes anew.
    func replace(_ id: String, by document: JSONObject, if condition: VersionCondition) async throws -> ResourceAnswer {
        try await change(id, if: condition) { try await $0.replacement(of: $1, by: document) }
    }

    /// Changes some attributes of a user.
    func patch(_ id: String, by body: JSONObject, if condition: VersionCondition) async throws -> ResourceAnswer {
        let steps = try PatchOperation.readable(in: body)
        return try await change(id, if: condition) { try await $0.patch(of: $1, by: steps) }
    }

    /// Deletes a user.
    func delete(_ id: String, if condition: VersionCondition) async throws {
        try await taking {
            let planner = try await planner()
            let user = try await user(id)
            try condition.check(document(user, planner.roles).version)
            try await planner.users.carryOut(try planner.deletion(of: user))
        }
    }

    /// A planner that knows the roles as they are now.
    func planner() async throws -> UserPlanner {
        UserPlanner(
            authenticator: authenticator,
            administration: administration,
            roles: try await roles(),
            links: links
        )
    }

    private func change(
        _ id: String,
        if condition: VersionCondition,
        _ plan: (UserPlanner, User) async throws -> UserChange?
    ) async throws -> ResourceAnswer {
        try await taking {
            let planner = try await planner()
            let user = try await user(id)
            try condition.check(document(user, planner.roles).version)
            guard let change = try await plan(planner, user) else { return document(user, planner.roles).answer }
            return try await carryOut(change, planner)
        }
    }

    /// Changes of this process take turns; what another process changed in between is read again.
    private func taking<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await turns.take(in: administration.partnerID) { try await OptimisticChange.run(body) }
    }

    private func carryOut(_ change: UserChange, _ planner: UserPlanner) async throws -> ResourceAnswer {
        document(try await planner.users.carryOut(change), planner.roles).answer
    }

    private func roles() async throws(AccountsError) -> RoleIndex {
        RoleIndex(try await store.roles(of: administration.partnerID))
    }

    private func document(_ user: User, _ roles: RoleIndex) -> UserDocument {
        UserDocument(user, role: roles[user.roleID], links: links)
    }

    private func user(_ id: String) async throws -> User {
        guard let number = ResourceNumber(id),
            let user = try await store.users([User.ID(number.value)], of: administration.partnerID).first
        else { throw SCIMError.notFound }
        return user
    }
}
