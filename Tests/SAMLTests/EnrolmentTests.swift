import Accounts
import AccountsSQL
import LoginKey
import Testing

/// Users who are made when they sign in, and their roles (`docs/threats.md#enrolment`).
@Suite struct EnrolmentTests {
    private static let roles = UserEnrolment(
        createsUsers: true,
        claims: .init(username: "mail", email: "mail", firstName: "given", lastName: "family"),
        groupsClaim: "groups",
        roles: [.init(group: "cn=support,dc=office", role: "Agents"), .init(group: "guests", role: "Guests")]
    )

    private func reception(_ enrolment: UserEnrolment? = roles) async throws -> SAMLReception {
        let reception = try await SAMLReception(enrolment: enrolment)
        for name in ["Agents", "Guests"] {
            let role = Role(id: Role.ID(0), partnerID: reception.record.partnerID, name: name, privileges: .all)
            _ = try await reception.store.createRole(role, recording: SAMLReception.event)
        }
        return reception
    }

    private func attributes(_ pairs: [(String, [String])]) -> String {
        let attributes = pairs.map { name, values in
            let texts = values.map { "<saml:AttributeValue>\($0)</saml:AttributeValue>" }.joined()
            return "<saml:Attribute Name=\"\(name)\">\(texts)</saml:Attribute>"
        }
        return "<saml:AttributeStatement>\(attributes.joined())</saml:AttributeStatement>"
    }

    private func signIn(
        _ reception: SAMLReception,
        _ name: String,
        mail: String = "eve@office.example",
        groups: [String]
    ) async throws -> (reason: String, detail: String, actor: String) {
        try await reception.decide {
            $0.name = name
            $0.attributes = attributes([("mail", [mail]), ("given", ["Eve"]), ("family", ["Zoë"]), ("groups", groups)])
        }
    }

    private func user(_ reception: SAMLReception, _ name: String) async throws -> (user: User?, role: String?) {
        let reference = AccountReference.partner(reception.record.partnerID, try PartnerUserID(parsing: name))
        let snapshot = try await reception.store.snapshot(of: reference, at: SAMLReception.now)
        return (snapshot?.user, snapshot?.role?.name)
    }

    @Test func `makes a user with the role of the first group that fits`() async throws {
        let reception = try await reception()
        let (reason, detail, actor) = try await signIn(reception, "eve", groups: ["guests", "cn=support,dc=office"])
        #expect((reason, actor) == ("", "eve"), "\(detail)")
        let (user, role) = try await user(reception, "eve")
        let made = try #require(user)
        #expect((made.username.text, made.email) == ("eve@office.example", "eve@office.example"))
        #expect(made.displayName == "Eve Zoë")
        #expect(role == "Agents")
        #expect(!made.isAdministrator && made.passwordHash == nil)
        // The second time it is the same user.
        #expect(try await signIn(reception, "eve", groups: ["guests"]).reason.isEmpty)
        let again = try await self.user(reception, "eve")
        #expect(again.user?.id == made.id)
        #expect(again.role == "Guests")
    }

    @Test func `makes nobody where the group does not want it, nor without a group that has a role`() async throws {
        var rolesAlone = Self.roles
        rolesAlone.createsUsers = false
        for enrolment in [nil, rolesAlone] {
            let closed = try await reception(enrolment)
            #expect(try await signIn(closed, "eve", groups: ["guests"]).reason == "unknownUser")
        }
        let open = try await reception()
        for groups in [[], ["others"], ["Guests"], ["administrators"]] {
            #expect(try await signIn(open, "eve", groups: groups).reason == "missingPrivilege")
        }
        #expect(try await user(open, "eve").user == nil)
    }

    @Test func `gives others the role that is named for them`() async throws {
        var enrolment = Self.roles
        enrolment.otherRole = "Guests"
        let reception = try await reception(enrolment)
        #expect(try await signIn(reception, "eve", groups: []).reason.isEmpty)
        #expect(try await user(reception, "eve").role == "Guests")
    }

    @Test func `does not take over, bring back or demote anybody`() async throws {
        let reception = try await reception()
        // Another's user name.
        let (reason, _, _) = try await signIn(reception, "eve", mail: "joe@office.example", groups: ["guests"])
        #expect(reason == "unknownUser")
        var joe = try #require(try await user(reception, "joe").user)
        joe.isAdministrator = true
        joe = try await reception.store.updateUser(joe, recording: SAMLReception.event)
        #expect(try await signIn(reception, "joe", groups: ["guests"]).reason.isEmpty)
        #expect(try await user(reception, "joe").role == nil)
        for (state, reason) in [(User.State.suspended, "userSuspended"), (.deleted, "userDeleted")] {
            joe.state = state
            joe = try await reception.store.updateUser(joe, recording: SAMLReception.event)
            #expect(
                try await signIn(reception, "joe", mail: "joe2@office.example", groups: ["guests"]).reason == reason
            )
        }
    }

    @Test func `changes nobody for an assertion that was used before`() async throws {
        let reception = try await reception()
        let visit = reception.visit()
        var draft = reception.draft(for: visit)
        (draft.name, draft.attributes) = ("joe", attributes([("groups", ["cn=support,dc=office"])]))
        let xml = try reception.signer.sign(draft)
        #expect(try await reception.decide(xml, for: visit).reason.isEmpty)
        #expect(try await signIn(reception, "joe", groups: ["guests"]).reason.isEmpty)
        #expect(try await reception.decide(xml, for: visit).reason == "alreadyUsed")
        #expect(try await user(reception, "joe").role == "Guests")
    }

    @Test func `makes one user of two first sign-ins at once`() async throws {
        let reception = try await reception()
        async let first = signIn(reception, "eve", groups: ["guests"])
        async let second = signIn(reception, "eve", groups: ["guests"])
        #expect(try await [first.reason, second.reason] == ["", ""])
    }

    @Test func `changes a role also where several sign-ins do it at once`() async throws {
        let reception = try await reception()
        try await withThrowingTaskGroup(of: String.self) { signIns in
            for group in ["guests", "cn=support,dc=office", "guests", "cn=support,dc=office"] {
                signIns.addTask { try await signIn(reception, "joe", groups: [group]).reason }
            }
            for try await reason in signIns { #expect(reason.isEmpty) }
        }
        #expect(try await user(reception, "joe").role != nil)
    }

    @Test(arguments: ["", "no user name", "a\u{202E}b"])
    func `makes nobody of claims that do not fit`(_ mail: String) async throws {
        let reception = try await reception()
        #expect(try await signIn(reception, "eve", mail: mail, groups: ["guests"]).reason == "unknownUser")
    }
}
