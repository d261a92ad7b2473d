internal import Accounts
internal import WireCodec

/// `ShowRoles`: the group's roles.
struct ShowRoles: UserAPICall {
    static let parameters: [UserAPIParameter] = []

    init(_ form: UserAPIForm) {}

    func run(at context: UserAPIContext) async throws(UserAPIError) -> [UInt8] {
        let roles = try await context.roles()
        let counts = try await context.roleUse()
        return UserAPIAnswer.ok { xml in
            xml.element("roles") { xml in
                for role in roles {
                    UserAPIAnswer.add(role, count: counts[role.id] ?? 0, to: &xml)
                }
            }
        }
    }
}
