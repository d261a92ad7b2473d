import AccountAdministration
import Accounts
import LoginKey
import Testing

/// What identity providers make of their users.
@Suite struct UserEnrolmentTests {
    private let issuer = "https://login.example"

    private func users(_ office: Office) -> UserAdministration {
        UserAdministration(store: office.stores[0], by: .identityProvider(recording: Office.event))
    }

    @Test func `a provider makes users, but no administrators, and the audit names it`() async throws {
        let office = try await Office()
        var new = User(partnerID: office.user.partnerID, partnerUserID: nil, username: try Username(parsing: "eve"))
        new.isAdministrator = true
        let made = try await users(office).enrol(new, by: issuer)
        #expect(!made.isAdministrator && made.version == 1)
        #expect(try await office.details().last == "user eve made at the first sign-in, as https://login.example says")
        await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
            try await users(office).enrol(new, by: issuer)
        }
    }

    @Test func `a provider gives a role once, and takes it away`() async throws {
        let office = try await Office()
        let role = try await office.role("Agents")
        try await users(office).assign(role, to: office.user, by: issuer)
        let user = try await office.stored()
        #expect(user.roleID == role.id && user.version == 2)
        #expect(try await office.details().last == "user joe has the role Agents, as https://login.example says")
        try await users(office).assign(role, to: user, by: issuer)
        #expect(try await office.stored().version == 2)
        try await users(office).assign(nil, to: user, by: issuer)
        #expect(try await office.stored().roleID == nil)
    }

    @Test func `no provider decides on the role of administrators, or of who may not sign in`() async throws {
        let office = try await Office()
        let role = try await office.role("Agents")
        #expect(UserAdministration.isRoleFromProvider(of: office.user))
        for state in [User.State.active, .suspended, .lockedOut, .deleted] {
            var user = office.user
            user.state = state
            user.isAdministrator = state == .active
            #expect(!UserAdministration.isRoleFromProvider(of: user))
            try await users(office).assign(role, to: user, by: issuer)
        }
        #expect(try await office.stored() == office.user)
    }

    @Test func `nobody who was deleted meanwhile comes back by a role`() async throws {
        let office = try await Office()
        let role = try await office.role("Agents")
        try await office.administration().carryOut(office.administration().deletion(of: office.user))
        await #expect(throws: AccountsError(code: .versionConflict, message: "")) {
            try await users(office).assign(role, to: office.user, by: issuer)
        }
        #expect(try await office.stored().state == .deleted)
    }
}
