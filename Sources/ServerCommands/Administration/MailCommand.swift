internal import Accounts
internal import ArgumentParser
internal import Mail
internal import ServerApp

/// `latchkey mail`.
struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail",
        abstract: "See whether mail can be sent.",
        subcommands: [Test.self]
    )

    private struct Row: Encodable {
        let server: String
        let answer: String
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send one mail as the server would, and print what the mail server answers.",
            discussion: """
                With the settings mail.server, mail.from, mail.username, mail.passwordFile and mail.certificateAuthorityFile.

                Example:
                  latchkey mail test --to dana@acme.example
                """
        )

        @Option(help: "The address that gets it.") var to: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let settings = try await store.settings()
            guard let (client, from) = try settings.mail() else {
                throw CommandFailure("no mail is sent: mail.server is not set; see `latchkey configuration`")
            }
            guard let address = MailAddress(to) else { throw CommandFailure("\"\(to)\" is not an e-mail address") }
            let message = MailMessage(
                from: from,
                to: address,
                subject: "A test of Latchkey",
                text: "Latchkey at \(try settings.publicURL()) can send mail.",
                id: RandomSource.system.correlationID().text,
                at: TimeSource.system.seconds
            )
            let server = "\(client.server.host):\(client.server.port)"
            let reply: SMTPReply
            do throws(MailError) {
                reply = try await client.send(message)
            } catch {
                throw CommandFailure(error.explanation)
            }
            try output.print(
                Row(server: server, answer: reply.text),
                text: "\(server) has taken the mail: \(reply.text)"
            )
        }
    }
}
