internal import Foundation
internal import ServerApp
internal import SystemSupport

/// A desktop client of the walkthrough's own, with folders of its own: it touches nobody's real client.
final class WalkthroughClient {
    private let folder: URL
    private let environment: [String: String]

    /// Makes the folders and configures the client for one server.
    init(server: String) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "latchkey-walkthrough-\(UUID().uuidString)")
        var environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
        for name in ["XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
            let url = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: url,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            environment[name] = url.path
        }
        self.environment = environment
        try await client("server", "add", server)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Hands a URL to the launcher, as a browser does.
    func launch(_ url: String) async throws {
        try await run("latchkey-launcher", [url])
    }

    /// Runs a command of the client and returns what it prints.
    @discardableResult
    func client(_ arguments: String...) async throws -> String {
        try await run("latchkey-client", arguments)
    }

    /// The member of the client's status at a path such as `session.phase`; `nil` if it is not there.
    func status(_ path: String) async throws -> String? {
        let text = try await client("status", "--json")
        var value = try JSONSerialization.jsonObject(with: Data(text.utf8)) as Any?
        for name in path.split(separator: ".") {
            value = (value as? [String: Any])?[String(name)]
        }
        return value.map { "\($0)" }
    }

    /// Waits until a member of the client's status has a value.
    func wait(for path: String, _ isWanted: (String) -> Bool) async throws -> String {
        for _ in 0..<500 {
            if let value = try await status(path), isWanted(value) { return value }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw CommandFailure("the client did not get as far as expected: \(try await client("status"))")
    }

    @discardableResult
    private func run(_ program: String, _ arguments: [String]) async throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(filePath: own).deletingLastPathComponent().appending(path: program).path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw CommandFailure("there is no \(program) beside this program; build it: swift build")
        }
        let result = try await withCheckedThrowingContinuation { continuation in
            // It blocks its thread, which must be none of those that run tasks.
            Thread.detachNewThread { [environment] in
                continuation.resume(
                    with: Swift.Result {
                        try ChildProcess.run(path, arguments, environment: environment, withErrors: true)
                    }
                )
            }
        }
        guard result.ending == .exited(0) else {
            throw CommandFailure("\(program) ended with \(result.ending): \(result.output)")
        }
        return result.output
    }
}
