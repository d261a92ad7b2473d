internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// How users are made at sign-in, and what roles they get; the same for all kinds of provider.
struct EnrolmentOptions: ParsableArguments {
    @Flag(help: "Create users who sign in for the first time.") var createUsers = false
    @Option(help: "The claim with a new user's name; default: what names the user.") var usernameClaim = ""
    @Option(help: "The claim with a new user's PartnerUserId, where something else names the user.")
    var partnerUserIDClaim = ""
    @Option(help: "The claim with a new user's e-mail address, where something else names the user.")
    var emailClaim = ""
    @Option(help: "The claim with a new user's given name.") var firstNameClaim = ""
    @Option(help: "The claim with a new user's family name.") var lastNameClaim = ""
    @Option(help: "The claim with the user's groups, which decide on the role at each sign-in.")
    var groupsClaim = ""
    @Option(name: .customLong("role-of"), help: "GROUP=ROLE; the first that matches. May be repeated.")
    var rolesOf: [String] = []
    @Option(help: "The role of users whom no group matches; without it, --groups-claim refuses them.")
    var otherRole = ""

    func validate() throws {
        guard rolesOf.isEmpty || !groupsClaim.isEmpty else {
            throw ValidationError("--role-of goes with --groups-claim")
        }
        guard rolesOf.allSatisfy({ Self.pair($0) != nil }) else {
            throw ValidationError("--role-of is GROUP=ROLE")
        }
    }

    /// The record; `nil` where neither users nor roles depend on the provider.
    ///
    /// - Throws: ``CommandFailure`` for a role that is not there.
    func enrolment(in store: any AccountStore, of group: PartnerID) async throws -> UserEnrolment? {
        guard createUsers || !groupsClaim.isEmpty else { return nil }
        let roles = rolesOf.compactMap(Self.pair)
        for name in Set(roles.map(\.role) + [otherRole]) where !name.isEmpty {
            _ = try await store.requireRole(name, of: group)
        }
        return UserEnrolment(
            createsUsers: createUsers,
            claims: UserEnrolment.Claims(
                username: usernameClaim,
                partnerUserID: partnerUserIDClaim,
                email: emailClaim,
                firstName: firstNameClaim,
                lastName: lastNameClaim
            ),
            groupsClaim: groupsClaim,
            roles: roles,
            otherRole: otherRole
        )
    }

    /// The last equals sign divides: directories' group names contain some.
    private static func pair(_ text: String) -> UserEnrolment.RoleOfGroup? {
        guard let sign = text.lastIndex(of: "=") else { return nil }
        let (group, role) = (String(text[..<sign]), String(text[text.index(after: sign)...]))
        return group.isEmpty || role.isEmpty ? nil : UserEnrolment.RoleOfGroup(group: group, role: role)
    }
}
