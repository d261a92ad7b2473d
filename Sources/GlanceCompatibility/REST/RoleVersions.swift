internal import Accounts
internal import HTTPCore

/// The versions of a group's roles as entity tags, for `If-Match`.
struct RoleVersions: Sendable {
    private let roles: [Role]

    init(_ roles: [Role]) {
        self.roles = roles
    }

    /// The version of the whole list: it changes with each role that is added, changed or removed.
    var ofAll: String {
        var fingerprint = Fingerprint()
        for role in roles {
            fingerprint.add("\(role.id).\(role.version)")
        }
        return fingerprint.tag
    }

    /// The version of one role.
    static func version(of role: Role) -> String {
        "W/\"\(role.version)\""
    }

    /// The versions that may be named by whoever changes some roles: that of the list, and for a single role its own.
    func acceptable(for ids: [Role.ID]) -> [String] {
        guard ids.count == 1, let role = roles.first(where: { $0.id == ids[0] }) else { return [ofAll] }
        return [ofAll, Self.version(of: role)]
    }
}
