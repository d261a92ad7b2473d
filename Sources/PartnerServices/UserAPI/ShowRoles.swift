internal import Accounts
internal import WireModels

/// `ShowRoles`: the group's roles.
struct ShowRoles: UserAPICall {
    static let parameters: [UserAPIParameter] = []

    init(_ form: UserAPIForm) {}

    func run(at desk: UserAPIDesk) async throws(UserAPIError) -> [UInt8] {
        let roles = try await desk.roles()
        let counts = try await desk.roleUse()
        return UserAPIAnswer.ok { xml in
            xml.element("roles") { xml in
                for role in roles {
                    UserAPIAnswer.add(role, count: counts[role.id] ?? 0, to: &xml)
                }
            }
        }
    }
}
