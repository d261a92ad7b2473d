package import ArgumentParser
internal import Demo
internal import Foundation
internal import ServerApp
internal import SystemSupport

/// The `latchkey` command.
package struct LatchkeyCommand: AsyncParsableCommand {
    /// What `latchkey --help` says.
    package static let configuration = CommandConfiguration(
        commandName: "latchkey",
        abstract: "Signs support agents in with LoginKeys and puts them into live sessions.",
        discussion: """
            First steps:
              latchkey demo                                  see the whole flow on this machine
              latchkey group create 12345 --name "Acme"      make a group
              latchkey apikey create --group 12345           make its API key; it is shown once
              latchkey user add --group 12345 --puid 005A1 --username dana
              latchkey serve                                 run the server

            When somebody cannot sign in:
              latchkey key explain 'partnerid=12345&partneruserid=005A1&loginkey=$1$…'
              latchkey audit list --correlation <the id on the error page>
            """,
        version: ProductVersion.text,
        subcommands: [
            ServeCommand.self, DemoCommand.self, OpenCommand.self, ConfigurationCommand.self, GroupCommand.self,
            APIKeyCommand.self, UserCommand.self, RoleCommand.self, TokenCommand.self, OIDCCommand.self,
            SAMLCommand.self, SalesforceCommand.self, MailCommand.self, SessionCommand.self, KeyCommand.self,
            ConformanceCommand.self,
            AuditCommand.self,
            BackupCommand.self, RestoreCommand.self, DatabaseCommand.self, NodeCommand.self,
            LoadCommand.self,
        ]
    )

    /// Makes the command.
    package init() {}

    /// Runs the command that the program's arguments name, closes the stores that it has opened, and ends the process
    /// with an error if there was one.
    package static func main() async {
        EventLoops.useAllowedProcessors()
        let stores = OpenedStores()
        do {
            try await OpenedStores.$current.withValue(stores) { try await run() }
            try stores.close()
        } catch {
            try? stores.close()
            end(with: error)
        }
    }

    /// Prints what was wrong, which may quote arguments and files, and ends the process.
    private static func end(with error: any Error) -> Never {
        let code = exitCode(for: error)
        guard code != .success else { exit(withError: error) }
        let message = TerminalText.harmless(fullMessage(for: error), keepsLines: true)
        if !message.isEmpty { FileHandle.standardError.write(Data((message + "\n").utf8)) }
        exit(withError: code)
    }

    private static func run() async throws {
        var command = try await asyncParseAsRoot()
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }
}
