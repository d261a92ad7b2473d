import Foundation
import LocalIPC
import SystemSupport

/// The folders and the environment of one agent on one computer, with the real launcher and client.
final class AgentComputer: Sendable {
    struct Result: Sendable {
        let status: Int32
        let text: String
    }

    let folder: String
    let environment: [String: String]
    /// Where launcher and client are.
    let programs: String

    init(display: String? = nil, bus: String? = nil, programs: String? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "latchkey-computer-\(UUID().uuidString)").path
        self.programs = programs ?? ServerProcess.executable.deletingLastPathComponent().path
        var environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder]
        for name in ["XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
            environment[name] = "\(folder)/\(name)"
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)",
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        environment["DISPLAY"] = display
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus
        self.environment = environment
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    var socketFolder: IPCFolder {
        get throws { try IPCFolder(runtimeFolder: environment["XDG_RUNTIME_DIR"]) }
    }

    @discardableResult
    func client(_ arguments: String..., expecting status: Int32? = 0) throws -> String {
        let result = try run(programs + "/latchkey-client", arguments)
        guard status == nil || result.status == status else {
            throw ServerFailure("latchkey-client \(arguments) ended with \(result.status): \(result.text)")
        }
        return result.text
    }

    var launcherProgram: String { programs + "/latchkey-launcher" }

    func launcher(_ arguments: String...) throws -> Result {
        try run(launcherProgram, arguments)
    }

    /// How the client is; `nil` while none runs.
    func status() -> ClientStatus? {
        guard let connection = try? IPCConnection(to: socketFolder),
            case .status(let text)? = try? connection.request(.askStatus)
        else { return nil }
        return try? JSONDecoder().decode(ClientStatus.self, from: Data(text.utf8))
    }

    /// Waits until the client is as expected.
    @discardableResult
    func wait(_ what: String, within patience: Duration = .seconds(20), _ isThere: (ClientStatus) -> Bool) async throws
        -> ClientStatus
    {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            if let status = status(), isThere(status) { return status }
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
        throw ServerFailure("the client is not \(what): \(status().map { "\($0)" } ?? "not running")\n\(log)")
    }

    var log: String {
        (try? String(contentsOfFile: folder + "/XDG_STATE_HOME/latchkey/client.log", encoding: .utf8)) ?? ""
    }

    /// Ends the client at once, without a chance to tidy up.
    func kill() {
        guard let process = status()?.processID else { return }
        Foundation.kill(process, SIGKILL)
        while !Self.isZombie(process) {
            usleep(1000)
        }
    }

    /// The process id of a program that the client has started, while there is anything of it.
    func childProcess(_ name: String) -> Int32? {
        guard let client = status()?.processID else { return nil }
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        return processes.first { process in
            let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            // The number, the name in parentheses, a letter for the state, and the parent's number.
            let words = text.split(separator: " ")
            return words.count > 3 && words[1] == "(\(name))" && words[3] == "\(client)"
        }
    }

    private static func isZombie(_ process: Int32) -> Bool {
        (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8))?.contains(") Z") != false
    }

    func quit() async {
        guard let process = status()?.processID else { return }
        _ = try? client("quit")
        for _ in 0..<200 where !Self.isZombie(process) {
            try? await ContinuousClock().sleep(for: .milliseconds(10))
        }
        if !Self.isZombie(process) { Foundation.kill(process, SIGKILL) }
    }

    func run(_ program: String, _ arguments: [String]) throws -> Result {
        let output = folder + "/output-\(UUID().uuidString)"
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: output))
        let process = try ChildProcess(
            program,
            arguments,
            environment: environment,
            output: file.fileDescriptor,
            errors: file.fileDescriptor
        )
        try file.close()
        return Result(
            status: process.wait().exitCode ?? -1,
            text: try String(contentsOfFile: output, encoding: .utf8)
        )
    }
}
