import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import SystemSupport

/// A real `latchkey` process on a free loopback port with its data in a temporary folder.
final class ServerProcess: Sendable {
    enum Kind: String {
        case demo
        case serve
    }

    let folder: String
    let port: Int
    private let kind: Kind
    let settings: [String: String]
    private let file: String?
    private let process = Mutex<ChildProcess?>(nil)

    var url: String { "http://127.0.0.1:\(port)" }
    var database: String { folder + "/latchkey.sqlite" }
    var masterKeyFile: String { folder + "/latchkey.key" }
    var log: String { folder + "/server.log" }

    /// The `latchkey` that was built beside the tests.
    static let executable: URL = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "latchkey")
    }()

    /// With a configuration file, that alone says what is logged.
    init(_ kind: Kind, port given: Int? = nil, settings: [String: String] = [:], file: String? = nil) async throws {
        self.kind = kind
        self.settings = settings
        self.file = file
        folder = FileManager.default.temporaryDirectory.appending(path: "latchkey-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        port = if let given { given } else { try await Self.freePort() }
    }

    deinit {
        process.withLock { $0?.send(SIGTERM) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts the process and waits until it answers.
    ///
    /// - Parameters:
    ///   - certificate: The server's own certificate, where it speaks TLS.
    ///   - address: Where it is asked, if that is not the IPv4 loopback.
    /// - Throws: ``ServerFailure`` with the server's log.
    func start(certificate: String? = nil, at address: String? = nil) async throws {
        await Self.starts.enter()
        defer { Self.starts.leave() }
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        let process = try ChildProcess(
            Self.executable.path,
            kind == .demo
                ? ["demo", "--data-folder", folder, "--port", "\(port)"]
                : ["serve"] + (file.map { ["--config", $0] } ?? []),
            environment: environment,
            output: output.fileDescriptor,
            errors: output.fileDescriptor
        )
        // The child has its own: a run starts more servers than a process may have files open.
        try output.close()
        self.process.withLock { $0 = process }
        for _ in 0..<1200 {
            if await answers(certificate, at: address ?? url) { return }
            guard process.isRunning else { break }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        throw ServerFailure("the server did not start: \(try String(contentsOfFile: log, encoding: .utf8))")
    }

    private func answers(_ certificate: String?, at url: String) async -> Bool {
        if let certificate {
            let url = "https://127.0.0.1:\(port)/healthz"
            return (try? Tool.run("/usr/bin/curl", ["-s", "-f", "--cacert", certificate, url]))?.contains("ok") == true
        }
        return (try? await HTTP.send(.GET, url + "/healthz", within: .seconds(1)))?.status == 200
    }

    /// How much memory the process has for itself, in KiB; the database's map does not count.
    func residentKiB() throws -> Int {
        let id = process.withLock { $0?.processID ?? 0 }
        let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    /// The number of the process; `nil` before it was started.
    var processID: Int32? { process.withLock { $0?.processID } }

    /// Ends the process at once, without a chance to tidy up.
    func kill() {
        guard let process = process.withLock({ $0 }) else { return }
        process.send(SIGKILL)
        process.wait()
    }

    /// Sends a signal to the process.
    func signal(_ number: Int32) {
        process.withLock { $0?.send(number) }
    }

    /// Holds the process, or lets it go on: until then it answers nobody, and its connections stay open.
    func hold(_ isHeld: Bool) {
        signal(isHeld ? SIGSTOP : SIGCONT)
    }

    /// Asks the process to end, and does not wait for it.
    func askToStop() {
        signal(SIGTERM)
    }

    /// Ends the process gracefully and returns its exit code.
    @discardableResult
    func stop() async -> Int32 {
        guard let process = process.withLock({ $0 }) else { return -1 }
        return await process.end(within: .seconds(10)).exitCode ?? -1
    }

    /// Runs another `latchkey` command on the same store and returns what it prints.
    @discardableResult
    func latchkey(
        _ arguments: [String],
        input: String = "",
        settings: [String: String] = [:],
        expecting status: Int32 = 0
    ) throws -> String {
        // A server that should have refused to start would run for ever.
        let result = try ChildProcess.run(
            Self.executable.path,
            arguments,
            environment: environment.merging(settings) { _, newer in newer },
            input: input,
            withErrors: true
        )
        guard result.ending == .exited(status) else {
            throw ServerFailure("latchkey \(arguments.joined(separator: " ")): \(result.ending): \(result.output)")
        }
        return result.output
    }

    /// Starts another `latchkey` command on the same store, which goes on meanwhile.
    func begin(_ arguments: [String], settings: [String: String] = [:]) throws -> ChildProcess {
        let environment = environment.merging(settings) { _, newer in newer }
        return try ChildProcess(Self.executable.path, arguments, environment: environment)
    }

    private var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["LATCHKEY_DATABASE_PATH"] = database
        environment["LATCHKEY_MASTER_KEY_FILE"] = masterKeyFile
        environment["LATCHKEY_HTTP_PORT"] = "\(port)"
        environment["LATCHKEY_LOG_LEVEL"] = file == nil ? "trace" : nil
        environment.merge(settings) { _, newer in newer }
        return environment
    }

    /// Suites run side by side; if all of their servers started at once, none would be there in time.
    private static let starts = Turnstile(places: 2)

    private static let givenPorts = Mutex<Set<Int>>([])

    /// A port that is free now and was given to nobody else in this run: servers are ended and started again on theirs.
    ///
    /// It is below those that the system gives to clients, which would take it meanwhile.
    static func freePort() async throws -> Int {
        while true {
            let port = Int.random(in: 12_000..<32_000)
            guard givenPorts.withLock({ $0.insert(port).inserted }) else { continue }
            let bind = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: port)
            guard let channel = try? await bind.get() else { continue }
            try await channel.close()
            return port
        }
    }
}

extension ChildProcess {
    /// Asks the process to end, ends it at once if it has not done so in time, and says how it has ended.
    @discardableResult
    func end(within patience: Duration, asking signal: Int32 = SIGTERM) async -> Ending {
        let deadline = ContinuousClock.now + patience
        send(signal)
        while isRunning, ContinuousClock.now < deadline {
            try? await ContinuousClock().sleep(for: .milliseconds(20))
        }
        send(SIGKILL)
        return wait()
    }
}

struct ServerFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
