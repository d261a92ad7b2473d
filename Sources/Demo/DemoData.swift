internal import Accounts
internal import HTTPCore
internal import LoginKey
internal import Salesforce
internal import ServerApp

/// The group, users and Salesforce organisation of the demo.
///
/// Made once; secrets are random and stay in the store.
struct DemoData {
    static let organizationID = "00DFk000000DemoMAC"

    let partnerID: PartnerID
    let site: WebSite

    static let agents = [
        DemoUser(
            key: "dana",
            userID: "005Fk000001aBcDIAU",
            userName: "dana.whitfield@demo.example",
            name: "Dana Whitfield",
            summary: "agent in the browser"
        ),
        DemoUser(
            key: "toni",
            userID: "005Fk000001aBcHIAU",
            userName: "toni.marsh@demo.example",
            name: "Toni Marsh",
            summary: "agent with the desktop client"
        ),
        DemoUser(
            key: "sam",
            userID: "005Fk000001aBcEIAU",
            userName: "sam.okafor@demo.example",
            name: "Sam Okafor",
            summary: "may not join sessions"
        ),
        DemoUser(
            key: "kim",
            userID: "005Fk000001aBcFIAU",
            userName: "kim.larsen@demo.example",
            name: "Kim Larsen",
            summary: "suspended"
        ),
        DemoUser(
            key: "robin",
            userID: "005Fk000001aBcGIAU",
            userName: "robin.vance@demo.example",
            name: "Robin Vance",
            summary: "a second agent in the browser"
        ),
    ]

    init(site: WebSite) throws {
        self.partnerID = try PartnerID(parsing: "12345")
        self.site = site
    }

    /// Makes what is missing and returns what the demo CRM has to know.
    func prepare(_ store: some AccountStore) async throws -> DemoCRM.Configuration {
        if let group = try await store.group(partnerID) {
            try await allowOwnOrigins(group, store)
        } else {
            try await create(store)
        }
        guard let organization = try await store.organization(Self.organizationID) else {
            throw CommandFailure("the demo's database is not complete; delete it and start again")
        }
        return DemoCRM.Configuration(
            organizationID: organization.id,
            partnerID: partnerID,
            consumerSecret: organization.consumerSecret,
            users: Self.agents
        )
    }

    /// The demo may be started on another port than before.
    private func allowOwnOrigins(_ group: Group, _ store: some AccountStore) async throws {
        var group = group
        group.embeddingOrigins = origins
        try await store.updateGroup(group, recording: event("demo origins"))
    }

    private var origins: [Origin] { site.ownOrigins.sorted { $0.text < $1.text } }

    private func create(_ store: some AccountStore) async throws {
        let group = Group(partnerID: partnerID, name: "Demo Support", privileges: .all, embeddingOrigins: origins)
        try await store.createGroup(group, recording: event("demo group"))
        try await addAPIKey(store)
        let roleIDs = try await createRoles(store)
        let users = try Self.agents.map { agent in
            try user(agent, role: agent.key == "toni" ? nil : roleIDs[agent.key == "sam" ? "Bystander" : "Web agent"])
        }
        _ = try await store.createUsers(users, recording: event("demo users"))
        try await connectOrganization(store)
    }

    private func addAPIKey(_ store: some AccountStore) async throws {
        var generator = SystemRandomNumberGenerator()
        let apiKey = APIKey.generate(using: &generator)
        _ = try await store.addAPIKey(
            apiKey,
            label: "demo CRM",
            to: partnerID,
            at: TimeSource.system.seconds,
            recording: event("demo API key")
        )
    }

    private func createRoles(_ store: some AccountStore) async throws -> [String: Role.ID] {
        let roles: [String: PrivilegeSet] = ["Bystander": [.showScreen], "Web agent": .documented]
        var ids: [String: Role.ID] = [:]
        for (name, privileges) in roles {
            let role = Role(id: Role.ID(0), partnerID: partnerID, name: name, privileges: privileges)
            ids[name] = try await store.createRole(role, recording: event("demo role")).id
        }
        return ids
    }

    private func connectOrganization(_ store: some AccountStore) async throws {
        let organization = SalesforceOrganization(
            id: Self.organizationID,
            partnerID: partnerID,
            userField: .userID,
            consumerSecret: RandomSource.system.correlationID().text + RandomSource.system.correlationID().text
        )
        try await store.saveOrganization(organization, recording: event("demo Salesforce organisation"))
    }

    private func user(_ agent: DemoUser, role: Role.ID?) throws -> User {
        let names = agent.name.split(separator: " ").map(String.init)
        return User(
            partnerID: partnerID,
            partnerUserID: try PartnerUserID(parsing: agent.userID),
            username: try Username(parsing: agent.userName),
            firstName: names[0],
            lastName: names[1],
            email: agent.userName,
            roleID: role,
            state: agent.key == "kim" ? .suspended : .active
        )
    }

    private func event(_ detail: String) -> AuditEvent {
        Administration.event(detail, in: partnerID)
    }
}
