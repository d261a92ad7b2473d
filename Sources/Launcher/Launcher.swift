internal import Glibc
internal import LocalIPC
internal import SystemSupport
internal import WireProtocol

/// What `latchkey-launcher` does: it takes one URL, hands it to the running client, and exits.
///
/// It speaks to nobody but the client, and starts nothing but the client, without an argument of the URL's.
package struct Launcher {
    private let program: ProgramFile

    /// Runs with the process's own arguments and exits.
    package static func main() -> Never {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try run(arguments)
            exit(0)
        } catch {
            Terminal.complain(error)
            exit(error.exitCode)
        }
    }

    private static func run(_ arguments: [String]) throws(LauncherError) {
        guard let program = ProgramFile() else { throw .ownPathUnknown }
        try Self(program: program).run(arguments)
    }

    private func run(_ arguments: [String]) throws(LauncherError) {
        switch arguments.first {
        case nil, "--help", "-h": Terminal.say(Self.usage)
        case "--version": Terminal.say(ProductVersion.text)
        case "register": try Registration(program: program).register(arguments.dropFirst())
        case "unregister": try Registration(program: program).unregister(arguments.dropFirst())
        case "status": try Registration(program: program).status(arguments.dropFirst())
        default: try open(arguments)
        }
    }

    private func open(_ arguments: [String]) throws(LauncherError) {
        guard arguments.count == 1 else { throw .tooManyArguments }
        let url: ProtocolURLText
        do {
            url = try ProtocolURLText(of: arguments[0])
        } catch {
            throw .unreadableURL(error)
        }
        let answer: IPCMessage
        do {
            let folder = try IPCFolder(runtimeFolder: Environment["XDG_RUNTIME_DIR"])
            answer = try Self.handOver(url.escaped, to: ClientStart(folder: folder, program: program))
        } catch let error as LocalIPCError {
            throw .localIPC(error)
        } catch {
            throw .clientDidNotStart
        }
        if case .refused(let reason) = answer { throw .refused(reason) }
    }

    /// How often a client that ends in the middle is replaced.
    private static let maximumAttempts = 3

    /// Hands the URL over; to the next client, if one dies before it has answered.
    private static func handOver(_ url: String, to client: ClientStart) throws -> IPCMessage {
        var attempts = 1
        while true {
            do {
                return try client.connect().request(.open(url))
            } catch LocalIPCError.noAnswer where attempts < maximumAttempts {
                attempts += 1
            }
        }
    }

    private static let usage = """
        usage: latchkey-launcher <url>                        hand a glancepanorama:// URL to the client
               latchkey-launcher register [--scheme <name>]   make this the handler of glancepanorama (or glance)
               latchkey-launcher register --print macos|windows
               latchkey-launcher unregister [--scheme <name>]
               latchkey-launcher status [--scheme <name>]     say whether this is the handler; exit code 1 if not
               latchkey-launcher --version
        """
}
