internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

// Changing and deleting users.

extension UserCommand {
    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a user. What is not given stays the same.",
            discussion: """
                Examples:
                  latchkey user update dana --group 12345 --puid 005Fk000001aBcDIAU
                  latchkey user update dana --group 12345 --no-role --email dana@acme.example
                """
        )

        @OptionGroup var target: UserTarget
        @Option(help: "The PartnerUserId.") var puid: PartnerUserID?
        @Option(help: "User name, unique in the installation.") var username: Username?
        @Option(help: "Given name.") var firstName: String?
        @Option(help: "Family name.") var lastName: String?
        @Option(help: "E-mail address.") var email: String?
        @Option(help: "Phone number.") var phone: String?
        @Option(help: "Name of a role.") var role: String?
        @Flag(help: "The user no longer has a role, and may do all that the group may.") var noRole = false
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard role == nil || !noRole else { throw CommandFailure("give --role or --no-role, not both") }
            try await target.change(output, saying: { "Changed user \($0.username)." }, apply)
        }

        private func apply(_ store: any AccountStore, _ user: inout User) async throws {
            user.partnerUserID = puid ?? user.partnerUserID
            user.username = username ?? user.username
            user.firstName = firstName ?? user.firstName
            user.lastName = lastName ?? user.lastName
            user.email = email ?? user.email
            user.phone = phone ?? user.phone
            if let role { user.roleID = try await store.requireRole(role, of: target.group).id }
            if noRole { user.roleID = nil }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a user: they are refused from the next request on.",
            discussion: """
                Desktop clients are disconnected and access tokens are gone; the audit stays. The user name and the \
                PartnerUserId are free again.

                Example:
                  latchkey user delete dana --group 12345
                """
        )

        @OptionGroup var target: UserTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await target.store.open()
            let user = try await target.administration(in: store)
                .delete {
                    try await store.requireUser(target.user, of: target.group)
                }
            try output.print(Row(user, roles: [:]), text: "Deleted user \(user.username).")
        }
    }
}
