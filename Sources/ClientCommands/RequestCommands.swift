internal import AgentClient
internal import ArgumentParser
internal import Foundation
internal import LocalIPC
internal import SystemSupport

/// A conversation of one request with the running client.
enum RunningClient {
    /// Sends a request, and waits for its answer; for as long as it takes, if the client has to ask the server first.
    static func request(_ message: IPCMessage, isPatient: Bool = false) throws -> IPCMessage {
        let folder = try IPCFolder(runtimeFolder: ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"])
        let connection = try IPCConnection(to: folder)
        if isPatient { connection.waitForever() }
        let answer = try connection.request(message)
        if case .refused(let reason) = answer { throw ClientError(reason) }
        return answer
    }
}

/// `latchkey-client status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say who is signed in, which session is open, and which question is waiting."
    )

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        guard case .status(let text) = try RunningClient.request(.askStatus) else { return }
        if json { return print(text) }
        let status = try JSONDecoder().decode(ClientStatus.self, from: Data(text.utf8))
        for (name, value) in Self.lines(status) {
            print(name.padding(toLength: 10, withPad: " ", startingAt: 0) + TerminalText.harmless(value))
        }
    }

    private static func lines(_ status: ClientStatus) -> [(String, String)] {
        var lines = [("state", status.state.rawValue), ("computer", "code \(status.code)")]
        if let account = status.account {
            lines.append(("agent", "\(account.name) of \(account.groupName) (\(account.groupID)) on \(account.server)"))
        }
        if let session = status.session {
            lines.append(
                ("session", [session.key, session.phase, session.other].compactMap(\.self).joined(separator: ", "))
            )
            lines += session.messages.suffix(5).map { ("message", "\($0.name): \($0.text)") }
        }
        if let question = status.question {
            lines.append(("question", question.text))
            lines.append(("", "latchkey-client confirm \(question.id)   or   latchkey-client decline \(question.id)"))
        }
        if let problem = status.problem { lines.append(("note", problem)) }
        return lines
    }
}

/// `latchkey-client confirm`.
struct ConfirmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "confirm", abstract: "Say yes to the open question.")

    @Argument(help: "The question's id from `status`; without it, the one that is open.") var id = ""

    func run() async throws {
        _ = try RunningClient.request(.confirm(id))
    }
}

/// `latchkey-client decline`.
struct DeclineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "decline", abstract: "Say no to the open question.")

    @Argument(help: "The question's id from `status`; without it, the one that is open.") var id = ""

    func run() async throws {
        _ = try RunningClient.request(.decline(id))
    }
}

/// `latchkey-client say`.
struct SayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "say", abstract: "Write to the other side.")

    @Argument(help: "What to say.") var text: String

    func run() async throws {
        _ = try RunningClient.request(.say(text))
    }
}

/// `latchkey-client leave`.
struct LeaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "leave", abstract: "Leave the session.")

    func run() async throws {
        _ = try RunningClient.request(.leave)
    }
}

/// `latchkey-client sign-out`.
struct SignOutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-out",
        abstract: "Leave the session and sign out."
    )

    func run() async throws {
        _ = try RunningClient.request(.signOut)
    }
}

/// `latchkey-client show`.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the visitor's page in the browser, which takes over the session."
    )

    func run() async throws {
        _ = try RunningClient.request(.viewInBrowser, isPatient: true)
    }
}

/// `latchkey-client quit`.
struct QuitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "quit", abstract: "End the client.")

    func run() async throws {
        _ = try RunningClient.request(.quit)
    }
}
