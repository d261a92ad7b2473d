internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// `latchkey role`.
struct RoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Make, list, change and assign roles.",
        discussion: "A role only narrows: a user may do what both the group and the role allow.",
        subcommands: [Create.self, Update.self, Assign.self, List.self]
    )

    fileprivate struct Row: Encodable {
        let id: Int64
        let name: String
        let description: String
        let privileges: [String]

        init(_ role: Role) {
            id = role.id.number
            name = role.name
            description = role.summary
            privileges = role.privileges.names
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a role.",
            discussion: "Example:\n  latchkey role create Joiner --group 12345 --privilege joinCobrowseSessions"
        )

        @Argument(help: "The role's name, up to 70 characters.") var name: String
        @OptionGroup var group: GroupTarget
        @Option(help: "What the role is for.") var summary = ""
        @Option(help: "Privilege that the role allows; may be repeated.") var privilege: [String] = []
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let role = Role(
                id: Role.ID(0),
                partnerID: group.id,
                name: name,
                summary: summary,
                privileges: try PrivilegeSet(names: privilege)
            )
            let store = try await group.open()
            let added = try await Administration.roles(of: group.id, in: store).add([role])
            for role in added { try output.print(Row(role), text: "Created role \(name).") }
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace the privileges of a role.",
            discussion: """
                What is not given is taken away. For agents who are signed in, this takes effect at their next request.

                Example:
                  latchkey role update Joiner --group 12345 --privilege joinCobrowseSessions --privilege viewVideo
                """
        )

        @Argument(help: "The role's name.") var name: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "Privilege that the role allows; may be repeated.") var privilege: [String] = []
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            let privileges = try PrivilegeSet(names: privilege)
            let changed = try await OptimisticChange.run {
                var role = try await store.requireRole(name, of: group)
                role.privileges = privileges
                return try await Administration.roles(of: group, in: store).change([role])
            }
            for role in changed { try output.print(Row(role), text: "Role \(name) is changed.") }
        }
    }

    struct Assign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a user a role, or take it away.",
            discussion: """
                Examples:
                  latchkey role assign dana --group 12345 --role Joiner
                  latchkey role assign dana --group 12345
                """
        )

        @OptionGroup var target: UserTarget
        @Option(help: "The role's name; without it the user has no role.") var role: String?
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await target.store.open()
            let changed = try await target.administration(in: store)
                .update {
                    try await store.requireUser(target.user, of: target.group)
                } _: { user in
                    user.roleID = try await roleID(in: store)
                }
            try output.print(
                ["user": changed.username.text, "role": role],
                text: "User \(changed.username) has \(role.map { "the role \($0)" } ?? "no role")."
            )
        }

        private func roleID(in store: any AccountStore) async throws -> Role.ID? {
            guard let role else { return nil }
            return try await store.requireRole(role, of: target.group).id
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a group's roles.",
            discussion: "Example:\n  latchkey role list --group 12345"
        )

        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try output.print(
                try await store.open().roles(of: group).map(Row.init),
                columns: [
                    ("ID", { "\($0.id)" }), ("NAME", { $0.name }),
                    ("PRIVILEGES", { $0.privileges.joined(separator: " ") }),
                ],
                empty: "Group \(group) has no roles: its users have all the group's privileges."
            )
        }
    }
}

extension Administration {
    /// The operator's administration of a group's roles.
    fileprivate static func roles(of partnerID: PartnerID, in store: any AccountStore) -> RoleAdministration {
        RoleAdministration(store: store, of: partnerID, by: administrator(of: partnerID))
    }
}
