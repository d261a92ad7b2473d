internal import AccountAdministration
internal import Accounts
internal import Authentication
internal import WireCodec

/// `/Groups`: the roles of the administrator's group, with the users who have them as members.
struct GroupEndpoint: Sendable {
    let store: any UserStore & RoleStore
    let administration: AdministrationContext
    let links: ResourceLinks
    let turns: ChangeTurns

    private var membership: MembershipAdministration {
        MembershipAdministration(store: store, of: administration.partnerID, by: administration.administrator)
    }

    /// The groups that fit a query.
    func list(_ query: ListQuery) async throws -> ListAnswer {
        let roles = try await roles(query.filter)
        var resources: [JSONObject] = []
        for role in roles.dropFirst(query.startIndex - 1).prefix(query.count) {
            let members = query.selection.shows("members") ? try await members(of: role) : nil
            let object = GroupDocument(role, members: members, links: links).object
            resources.append(query.selection.apply(to: object))
        }
        return ListAnswer(total: roles.count, startIndex: query.startIndex, resources: resources)
    }

    /// One group.
    func read(_ id: String, _ selection: AttributeSelection = .all) async throws -> ResourceAnswer {
        let role = try await role(id)
        let members = selection.shows("members") ? try await members(of: role) : nil
        return GroupDocument(role, members: members, links: links).answer
    }

    /// Adds a role, which leaves all privileges until an administrator narrows it, and gives it to its members.
    func create(_ document: JSONObject) async throws -> ResourceAnswer {
        try document.requireSchema(URN.group)
        let name = try GroupReader.name(document)
        let newcomers = Set(try GroupReader.members(of: document) ?? [])
        return try await turns.take(in: administration.partnerID) {
            _ = try await membership.newcomers(newcomers)
            let role = try await add(name)
            var wish = MemberChange()
            for id in newcomers {
                wish.add(id)
            }
            try await membership.carryOut(try await membership.changes(wish, of: role), of: role)
            return try await answer(role)
        }
    }

    /// Gives a group its name and, where they are named, its members anew.
    func replace(_ id: String, by document: JSONObject, if condition: VersionCondition) async throws -> ResourceAnswer {
        try document.requireSchema(URN.group)
        let name = try GroupReader.name(document)
        var wish = MemberChange()
        if let members = try GroupReader.members(of: document) { wish.replace(with: members) }
        return try await answer(try await change(id, name, wish, if: condition))
    }

    /// Changes the name or some members of a group.
    func patch(_ id: String, by body: JSONObject, if condition: VersionCondition) async throws {
        let patch = try GroupPatch(try PatchOperation.operations(in: body))
        _ = try await change(id, patch.name, patch.members, if: condition)
    }

    /// Takes a role off all members and deletes it.
    func delete(_ id: String, if condition: VersionCondition) async throws {
        try await taking {
            let role = try await role(id)
            try await check(condition, role)
            var wish = MemberChange()
            wish.replace(with: [])
            try await membership.carryOut(try await membership.changes(wish, of: role), of: role)
            try await administeredRoles.delete([role])
        }
    }

    private var administeredRoles: RoleAdministration {
        RoleAdministration(store: store, of: administration.partnerID, by: administration.administrator)
    }

    private func add(_ name: String) async throws -> Role {
        let role = Role(id: Role.ID(0), partnerID: administration.partnerID, name: name, privileges: .all)
        guard let added = try await administeredRoles.add([role]).first else { throw SCIMError.notFound }
        return added
    }

    /// Changes of this process take turns; what another process changed in between is read again.
    private func taking<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await turns.take(in: administration.partnerID) { try await OptimisticChange.run(body) }
    }

    private func change(
        _ id: String,
        _ name: String?,
        _ wish: MemberChange,
        if condition: VersionCondition
    ) async throws -> Role {
        try await taking {
            var role = try await role(id)
            try await check(condition, role)
            let changes = try await membership.changes(wish, of: role)
            if let name, !name.utf8.elementsEqual(role.name.utf8) {
                role.name = name
                role = try await administeredRoles.change([role]).first ?? role
            }
            try await membership.carryOut(changes, of: role)
            return role
        }
    }

    private func check(_ condition: VersionCondition, _ role: Role) async throws {
        guard condition.tags != nil else { return }
        let version = try await answer(role).version
        try condition.check(version)
    }

    private func answer(_ role: Role) async throws(AccountsError) -> ResourceAnswer {
        GroupDocument(role, members: try await members(of: role), links: links).answer
    }

    private func members(of role: Role) async throws(AccountsError) -> GroupDocument.Members {
        let query = UserQuery(filter: .role(role.id), limit: GroupDocument.Members.maximumCount)
        let page = try await store.users(matching: query, of: administration.partnerID)
        return GroupDocument.Members(ids: page.users.map(\.id), total: page.total)
    }

    private func role(_ id: String) async throws -> Role {
        guard let id = Role.ID(groupID: id),
            let role = try await store.roles(of: administration.partnerID).first(where: { $0.id == id })
        else { throw SCIMError.notFound }
        return role
    }

    /// The roles that fit a filter, in the order of their ids.
    private func roles(_ filter: Filter?) async throws -> [Role] {
        let roles = try await store.roles(of: administration.partnerID).sorted { $0.id.number < $1.id.number }
        guard let filter else { return roles }
        let matcher = try await matcher(filter)
        return try roles.filter { try matcher.fits($0, filter) }
    }

    private func matcher(_ filter: Filter) async throws -> GroupMatcher {
        let members = try await store.users(filter.namedMembers, of: administration.partnerID)
        let pairs = members.compactMap { user in user.roleID.map { (user.id, $0) } }
        return GroupMatcher(
            roleOfMember: Dictionary(pairs, uniquingKeysWith: { first, _ in first }),
            use: try await store.roleUse(in: administration.partnerID),
            links: links
        )
    }
}
