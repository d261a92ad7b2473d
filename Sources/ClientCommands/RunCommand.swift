internal import AgentClient
internal import ArgumentParser
internal import Dispatch
internal import Foundation
internal import LocalIPC

/// `latchkey-client run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the client, unless it is already running. The launcher does this automatically."
    )

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = try IPCFolder(runtimeFolder: environment["XDG_RUNTIME_DIR"])
        guard let listener = try IPCListener(in: folder) else { return }
        let client = try AgentClient(
            files: ClientFiles(environment: environment),
            environment: environment,
            programFolder: Self.programFolder
        )
        let signals = Self.quitOnSignals(client)
        await client.run(listener)
        withExtendedLifetime(signals) {}
    }

    /// Ends the client in order when the desktop session ends.
    private static func quitOnSignals(_ client: AgentClient) -> [any DispatchSourceSignal] {
        [SIGTERM, SIGINT, SIGHUP]
            .map { number in
                // Not ignored but taken: what is ignored would be so in the window's process too.
                _ = signal(number) { _ in }
                let source = DispatchSource.makeSignalSource(signal: number)
                source.setEventHandler { client.quit() }
                source.resume()
                return source
            }
    }

    private static var programFolder: URL {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: path).deletingLastPathComponent()
    }
}
