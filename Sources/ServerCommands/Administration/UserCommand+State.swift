internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

// Who may sign in, and who administers.

extension UserCommand {
    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Suspend a user: refused from the next request on.",
            discussion: """
                Live sessions of the user are closed within seconds. Nothing is lost: see `latchkey user activate`.

                Example:
                  latchkey user suspend dana --group 12345
                """
        )

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await UserCommand.change(user, group, to: .suspended, in: store.open(), output)
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a suspended or locked out user sign in again.",
            discussion: "Example:\n  latchkey user activate dana --group 12345"
        )

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await UserCommand.change(user, group, to: .active, in: store.open(), output)
        }
    }

    struct Administrator: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a user change the group's users and roles through the services, or no longer.",
            discussion: """
                Administrators may use the Partner User API, REST and SCIM. Only this command makes one: no service does.

                Examples:
                  latchkey user administrator dana --group 12345
                  latchkey user administrator dana --group 12345 --revoke
                """
        )

        @Argument(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @Flag(help: "The user is no administrator any more.") var revoke = false
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            var user = try await store.requireUser(user, of: group)
            user.isAdministrator = !revoke
            let state = revoke ? "no administrator any more" : "an administrator"
            try await store.updateUser(
                user,
                recording: Administration.event("user \(user.username) is \(state)", in: group)
            )
            try output.print(
                Row(user, roles: try await store.roleNames(of: group)),
                text: "User \(user.username) is \(state)."
            )
        }
    }

    private static func change(
        _ name: String,
        _ group: PartnerID,
        to state: User.State,
        in store: some AccountStore,
        _ output: OutputOptions
    ) async throws {
        var user = try await store.requireUser(name, of: group)
        user.state = state
        try await store.updateUser(
            user,
            recording: Administration.event("user \(user.username) is now \(state.rawValue)", in: group)
        )
        try output.print(
            Row(user, roles: try await store.roleNames(of: group)),
            text: "User \(user.username) is \(state.rawValue)."
        )
    }
}
