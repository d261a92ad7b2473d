internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

// Looking at users.

extension UserCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a group's users.",
            discussion: """
                In the order of their ids; the next page begins after the last id of this one.

                Examples:
                  latchkey user list --group 12345
                  latchkey user list --group 12345 --after 1000 --json
                """
        )

        @OptionGroup var group: GroupTarget
        @Option(help: "List users with ids above this one.") var after: Int64 = 0
        @Option(help: "How many: 1 to 10,000.") var limit = 1000
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard (1...10_000).contains(limit) else { throw CommandFailure("--limit is 1 to 10000") }
            let store = try await group.open()
            let roles = try await store.roleNames(of: group.id)
            let users = try await store.users(of: group.id, after: User.ID(after), limit: limit)
            try output.print(
                users.map { Row($0, roles: roles) },
                columns: [
                    ("ID", { "\($0.id)" }), ("USERNAME", { $0.username }), ("PARTNERUSERID", { $0.partnerUserID }),
                    ("NAME", { $0.name }), ("STATE", { $0.state }), ("ROLE", { $0.role ?? "" }),
                    ("", { $0.isAdministrator ? "administrator" : "" }),
                ],
                empty:
                    "Group \(group.id) has no users. Add one: latchkey user add --group \(group.id) --puid … --username …"
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a user and what belongs to them.",
            discussion: "Example:\n  latchkey user show dana --group 12345"
        )

        private struct Report: Encodable {
            let user: Row
            let phone: String
            let privileges: [String]
            let hasPassword: Bool
            let recoveryCodes: Int?
            let securityKeys: Int
            let clients: Int
            let created: String
            let modified: String

            var text: String {
                [
                    ("id", "\(user.id)"), ("user name", user.username), ("partner user id", user.partnerUserID),
                    ("name", user.name), ("e-mail", user.email), ("phone", phone), ("state", user.state),
                    ("role", user.role ?? ""), ("administrator", user.isAdministrator ? "yes" : ""),
                    ("may", privileges.joined(separator: " ")), ("password", hasPassword ? "set" : "none"),
                    ("second factor", recoveryCodes.map { "set, \($0) recovery codes left" } ?? "none"),
                    ("security keys", "\(securityKeys)"), ("desktop clients", "\(clients)"), ("created", created),
                    ("changed", modified),
                ]
                .lines
            }
        }

        @OptionGroup var target: UserTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (store, user) = try await target.open()
            let group = try await store.requireGroup(user.partnerID)
            let roles = try await store.roles(of: group.partnerID)
            let role = roles.first { $0.id == user.roleID }
            let report = Report(
                user: Row(user, roles: try await store.roleNames(of: group.partnerID)),
                phone: user.phone,
                privileges: (role.map { group.privileges.intersection($0.privileges) } ?? group.privileges).names,
                hasPassword: user.passwordHash != nil,
                recoveryCodes: try await store.recoveryCodesLeft(of: user),
                securityKeys: user.hasSecurityKey ? user.securityKeyCount : 0,
                clients: try await store.enrolledClients(of: user.id).count,
                created: Timestamp.text(user.createdAt),
                modified: Timestamp.text(user.modifiedAt)
            )
            try output.print(report, text: report.text)
        }
    }
}
