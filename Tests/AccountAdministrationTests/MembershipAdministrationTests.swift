import AccountAdministration
import Accounts
import LoginKey
import Testing

/// Who has which role.
@Suite struct MembershipAdministrationTests {
    private func members(_ office: Office) -> MembershipAdministration {
        let administrator = Administrator(User.ID(99), recording: Office.event, by: "test")
        return MembershipAdministration(store: office.stores[0], of: office.user.partnerID, by: administrator)
    }

    private func adding(_ user: User) -> MemberChange {
        var wish = MemberChange()
        wish.add(user.id)
        return wish
    }

    private func change(_ wish: MemberChange, of role: Role, in office: Office) async throws {
        let members = members(office)
        try await members.carryOut(members.changes(wish, of: role), of: role)
    }

    @Test func `who gets a second role loses the first, and loses the second with all its members`() async throws {
        let office = try await Office()
        let (agents, guests) = (try await office.role("Agents"), try await office.role("Guests"))
        try await change(adding(office.user), of: agents, in: office)
        try await change(adding(office.user), of: guests, in: office)
        #expect(try await office.stored().roleID == guests.id)
        var wish = MemberChange()
        wish.remove(office.user.id)
        #expect(try await members(office).changes(wish, of: agents).isEmpty)
        wish.replace(with: [])
        try await change(wish, of: guests, in: office)
        #expect(try await office.stored().roleID == nil)
        let told = try await office.details().suffix(2)
        #expect(told == ["test: user joe changed: role \(guests.id)", "test: user joe changed: no role"])
    }

    @Test func `nobody gets a role where somebody is named who does not exist`() async throws {
        let office = try await Office()
        let agents = try await office.role("Agents")
        var wish = adding(office.user)
        wish.add(User.ID(99_999))
        await #expect(throws: AccountsError(code: .invalidField, message: "")) {
            try await members(office).changes(wish, of: agents)
        }
        wish.remove(User.ID(99_999))
        #expect(try await members(office).changes(wish, of: agents).count == 1)
    }

    @Test func `what somebody else has changed meanwhile stays, and who was deleted is left out`() async throws {
        let office = try await Office()
        let (agents, guests) = (try await office.role("Agents"), try await office.role("Guests"))
        let coming = try await members(office).changes(adding(office.user), of: agents)
        try await update(office) { $0.phone = "1" }
        try await members(office).carryOut(coming, of: agents)
        let user = try await office.stored()
        #expect(user.phone == "1" && user.roleID == agents.id)
        var wish = MemberChange()
        wish.replace(with: [])
        let leaving = try await members(office).changes(wish, of: agents)
        try await update(office) { $0.roleID = guests.id }
        try await members(office).carryOut(leaving, of: agents)
        #expect(try await office.stored().roleID == guests.id)
        let late = try await members(office).changes(adding(office.user), of: agents)
        _ = try await office.administration(1).delete { try await office.stored(in: 1) }
        try await members(office).carryOut(late, of: agents)
        #expect(try await office.stored().state == .deleted)
    }

    /// A change by another process.
    private func update(_ office: Office, _ change: (inout User) -> Void) async throws {
        _ = try await office.administration(1)
            .update {
                try await office.stored(in: 1)
            } _: { user in
                change(&user)
            }
    }
}
