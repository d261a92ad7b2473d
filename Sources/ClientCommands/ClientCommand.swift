package import ArgumentParser
internal import SystemSupport

/// `latchkey-client`.
package struct ClientCommand: AsyncParsableCommand {
    /// Name, abstract and subcommands, for the help.
    package static let configuration = CommandConfiguration(
        commandName: "latchkey-client",
        abstract: "The Latchkey client: sessions in which you help customers, opened from your CRM.",
        discussion: "Started by latchkey-launcher when a link is clicked; one runs for each user.",
        version: ProductVersion.text,
        subcommands: [
            RunCommand.self, StatusCommand.self, ConfirmCommand.self, DeclineCommand.self, SayCommand.self,
            LeaveCommand.self, ShowCommand.self, SignOutCommand.self, QuitCommand.self, LogsCommand.self,
            ServerCommand.self,
            QuestionsCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )

    /// Makes the command as the parser wants it.
    package init() {}
}
