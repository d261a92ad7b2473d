internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

// Who may sign in, and who administers.

extension UserCommand {
    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Suspend a user: they are refused from the next request on.",
            discussion: """
                Live sessions of the user are closed within seconds. Nothing is lost: see `latchkey user activate`.

                Example:
                  latchkey user suspend dana --group 12345
                """
        )

        @OptionGroup var target: UserTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await target.change(output, to: .suspended)
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a suspended or locked out user sign in again.",
            discussion: "Example:\n  latchkey user activate dana --group 12345"
        )

        @OptionGroup var target: UserTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await target.change(output, to: .active)
        }
    }

    struct Administrator: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a user change the group's users and roles through the services, or stop it.",
            discussion: """
                Administrators may use the Partner User API, REST and SCIM. Only this command makes one: no service does.

                Examples:
                  latchkey user administrator dana --group 12345
                  latchkey user administrator dana --group 12345 --revoke
                """
        )

        @OptionGroup var target: UserTarget
        @Flag(help: "The user is no longer an administrator.") var revoke = false
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let state = revoke ? "no administrator any more" : "an administrator"
            try await target.change(output) {
                "User \($0.username) is \(state)."
            } _: { _, user in
                user.isAdministrator = !revoke
            }
        }
    }
}

extension UserTarget {
    /// Lets the user sign in, or no longer.
    fileprivate func change(_ output: OutputOptions, to state: User.State) async throws {
        try await change(output) {
            "User \($0.username) is \(state.rawValue)."
        } _: { _, user in
            user.state = state
        }
    }
}
