internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

// What users sign in with.

extension UserCommand {
    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a user's password from standard input, a file or LATCHKEY_USER_PASSWORD.",
            discussion: "Example:\n  latchkey user password dana --group 12345 --password-file - < password.txt"
        )

        @OptionGroup var target: UserTarget
        @Option(help: "File with the password, or - for standard input.") var passwordFile: String?
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let hash = try Add.passwordHash(file: passwordFile) else {
                throw CommandFailure("provide the password with --password-file or LATCHKEY_USER_PASSWORD")
            }
            try await target.change(output) {
                "The password of \($0.username) is set."
            } _: { _, user in
                user.passwordHash = hash
            }
        }
    }

    struct DisconnectClients: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Disconnect a user's desktop clients: each must be connected again from the page.",
            discussion: "Example, after a laptop was lost:\n  latchkey user disconnect-clients dana --group 12345"
        )

        @OptionGroup var target: UserTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (store, user) = try await target.open()
            let count = try await ClientAdministration(
                store: store,
                by: Administration.administrator(of: user.partnerID)
            )
            .disconnectAll(of: user)
            try output.print(
                ["disconnected": count],
                text: count == 1
                    ? "1 client of \(user.username) is disconnected."
                    : "\(count) clients of \(user.username) are disconnected."
            )
        }
    }

    struct ResetSecondFactor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Remove a user's second factor and security keys: then the password is enough, or a new one is set up.",
            discussion: """
                Example, after a phone and its recovery codes were lost:
                  latchkey user reset-second-factor dana --group 12345
                """
        )

        @OptionGroup var target: UserTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (store, user) = try await target.open()
            try await Administration.secondFactors(of: user.partnerID, in: store).reset(of: user)
            try output.print(
                ["user": user.username.text],
                text: "\(user.username) no longer has a second factor."
            )
        }
    }
}
