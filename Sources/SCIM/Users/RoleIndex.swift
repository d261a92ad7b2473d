internal import Accounts
internal import WireCodec

/// The roles of a group, to be found by id and by name.
struct RoleIndex: Sendable {
    private let roles: [Role.ID: Role]

    init(_ roles: [Role]) {
        self.roles = Dictionary(roles.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The role with an id; `nil` for an unknown id.
    subscript(id: Role.ID?) -> Role? {
        id.flatMap { roles[$0] }
    }

    /// The role with a name: spelled exactly so, or else the only one that is spelled so without regard to case.
    func role(named name: String) -> Role? {
        let candidates = roles.values.filter { $0.name.matches(name) }
        let exact = candidates.first { $0.name.utf8.elementsEqual(name.utf8) }
        return exact ?? (candidates.count == 1 ? candidates.first : nil)
    }
}
