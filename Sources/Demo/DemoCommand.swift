internal import Accounts
internal import ArgumentParser
internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import ServerApp
internal import ServiceLifecycle

/// `latchkey demo`.
package struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the whole flow on this machine: a demo CRM, the panel, the viewer and a visitor's page.",
        discussion: """
            Keeps a small database in the data folder and listens on the loopback only. With --walkthrough it does \
            what a person would do in the browser, prints each step with what went over the wire and its time, and \
            exits with 0 only if the session became live. A demo that is already running is used.
            """
    )

    @Flag(help: "Walk through the flow without a browser, then stop.")
    var walkthrough = false

    @Flag(help: "With --walkthrough: use the desktop client, through the launcher, instead of the viewer.")
    var client = false

    @Option(help: "With --client: repeat the click this many times and print how long it takes.")
    var clicks = 0

    @Option(help: "Port to listen on.")
    var port = 8080

    @Option(help: "URL at which browsers reach the demo if there is a proxy in front of it, or it has TLS itself.")
    var publicURL: String?

    @Option(help: "Folder for the demo's database and master key.")
    var dataFolder = ".latchkey-demo"

    func run() async throws {
        let url = "http://127.0.0.1:\(port)"
        if await isRunning(at: url) {
            guard walkthrough else { throw CommandFailure("a server is already running at \(url)") }
            return try await walk(url)
        }
        let publicURL = publicURL ?? url
        let server = try await server(publicURL)
        if walkthrough {
            try await walk(server, url)
        } else {
            let greeting = greeting(publicURL)
            try await server.run { announce(greeting) }
        }
    }

    private func server(_ publicURL: String) async throws -> Server {
        try makeDataFolder()
        let settings = try await settings(publicURL)
        let store = try settings.openStore(.updating)
        let masterKey = try settings.masterKey()
        let demo = try await DemoData(site: settings.site()).prepare(store)
        return try Server(settings: settings, store: store, masterKey: masterKey, demo: demo) { settings }
    }

    private func makeDataFolder() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: dataFolder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure("the folder \(dataFolder) cannot be made: \(DiskFailure.words(error))")
        }
    }

    private func settings(_ publicURL: String) async throws -> Settings {
        try await Settings(
            flags: [
                .httpPort: "\(port)", .databasePath: dataFolder + "/latchkey.sqlite",
                .masterKeyFile: dataFolder + "/latchkey.key", .httpPublicURL: publicURL,
                .logLevel: ProcessInfo.processInfo.environment["LATCHKEY_LOG_LEVEL"] ?? "warning",
            ],
            file: nil
        )
    }

    /// Runs the server for as long as the walkthrough takes.
    private func walk(_ server: Server, _ url: String) async throws {
        let (running, continuation) = AsyncStream<Void>.makeStream()
        let services = try await server.services { continuation.yield() }
        async let serving: Void = {
            defer { continuation.finish() }
            try await services.run()
        }()
        for await _ in running { break }
        let result = await Result { try await walk(url) }
        await services.triggerGracefulShutdown()
        try await serving
        try result.get()
    }

    private func walk(_ url: String) async throws {
        if client {
            try await ClientWalkthrough(baseURL: url, clicks: clicks).run()
        } else {
            try await Walkthrough(baseURL: url).run()
        }
    }

    private func isRunning(at url: String) async -> Bool {
        let request = HTTPClientRequest(url: url + "/healthz")
        let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(1))
        return response?.status == .ok
    }

    private func greeting(_ url: String) -> String {
        """

        The Latchkey demo is running. In a browser on this machine:

          1. Open   \(url)/demo/crm   and open the contact "Noor Haddad".
          2. Be the customer: follow "open the shop that the customer looks at". In the panel, "Join" lights up.
          3. Be the agent: click "Join" in the panel of the contact. The viewer opens, signed in as Dana Whitfield.
          4. Be the customer again: click "Share". The agent sees the shop, and follows what you do; no key was read out.

        See what was written down:   \(CommandLine.arguments[0]) audit list --database \(dataFolder)/latchkey.sqlite \
        --master-key-file \(dataFolder)/latchkey.key
        Without a browser:           script/demo --walkthrough   (in another terminal)
        Stop with Ctrl-C.

        """
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
