internal import Foundation
internal import Glibc
internal import Synchronization
internal import SystemSupport

/// A PostgreSQL server of its own, from Debian's package: data in a temporary folder, reached by a socket there.
package final class PostgresServer: Sendable {
    /// Why it cannot be had.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        /// Says what has failed.
        package static func of(_ description: String) -> Self { Self(description: description) }
    }

    /// Where Debian's package keeps the programs; `nil` without the package.
    package static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(root)/\($0)/bin" }
            .first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    }()

    /// The folder with its data and its socket.
    package let folder: String
    private let process: Mutex<ChildProcess?>
    private let settings: [String]
    private let databases = Mutex(0)

    /// Makes the data, and starts the server.
    ///
    /// - Parameter settings: What is set on the server's command line, such as `fsync=off`.
    /// - Throws: ``Failure``, with what the server has said.
    package init(settings: [String] = []) throws {
        guard let programs = Self.programs else { throw Failure(description: "PostgreSQL is not installed") }
        folder = FileManager.default.temporaryDirectory.path + "/pg-\(UUID().uuidString.prefix(8))"
        self.settings = settings
        process = Mutex(nil)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if getuid() == 0 { unsafe chown(folder, Self.nobody, Self.nobody) }
        let made = try Self.run(
            programs + "/initdb",
            ["-D", folder + "/data", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-U", "latchkey"]
        )
        guard made.ending == .exited(0) else { throw Failure(description: made.output) }
        try start()
        Self.running.withLock { $0.append(Weak(self)) }
        _ = Self.stopsAtExit
    }

    deinit {
        stop(SIGQUIT)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts the server again, and waits until it answers.
    ///
    /// What a killed server has left behind can keep the next one from starting for a moment: then it is started again.
    package func start() throws {
        let end = ContinuousClock.now + .seconds(20)
        repeat {
            if try attemptStart(until: end) { return }
            usleep(100_000)
        } while .now < end
        let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        throw Failure(description: "the server does not start: \(log.suffix(2000))")
    }

    private func attemptStart(until end: ContinuousClock.Instant) throws -> Bool {
        guard let programs = Self.programs else { return false }
        let options = ["listen_addresses=", "unix_socket_directories=\(folder)", "max_connections=600"] + settings
        let log = unsafe open(folder + "/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        defer { close(log) }
        let (program, arguments) = Self.unprivileged(
            programs + "/postgres",
            ["-D", folder + "/data"] + options.flatMap { ["-c", $0] }
        )
        let child = try ChildProcess(program, arguments, output: log, errors: log)
        process.withLock { $0 = child }
        let question = ["-q", "-h", folder, "-p", port, "-U", "latchkey"]
        while try Self.run(programs + "/pg_isready", question).ending != .exited(0) {
            guard child.isRunning, .now < end else { return false }
            usleep(20_000)
        }
        return true
    }

    private var port: String {
        settings.first { $0.hasPrefix("port=") }.map { String($0.dropFirst(5)) } ?? "5432"
    }

    /// Stops the server, and waits for its end.
    ///
    /// - Parameter signal: SIGINT ends its connections; SIGKILL ends it and its children, as the loss of a machine does.
    package func stop(_ signal: Int32 = SIGINT) {
        process.withLock { process in
            guard let id = process?.processID else { return }
            let children = signal == SIGKILL ? Self.children(of: id) : []
            process?.send(signal)
            for child in children { kill(child, SIGKILL) }
            process?.wait()
            process = nil
        }
    }

    private static func children(of id: Int32) -> [Int32] {
        let list = try? String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
        return (list ?? "").split(separator: " ").compactMap { Int32($0) }
    }

    /// Makes an empty database.
    ///
    /// - Returns: Its address.
    package func makeDatabase() throws -> String {
        address(of: try copyDatabase("template1"))
    }

    /// Copies a database that nobody is connected to, and returns the copy's name.
    package func copyDatabase(_ original: String) throws -> String {
        let name = databases.withLock { count in
            count += 1
            return "test\(count)"
        }
        try execute("CREATE DATABASE \(name) TEMPLATE \(original)", in: "postgres")
        return name
    }

    /// The address of a database.
    package func address(of database: String) -> String {
        "postgresql:///\(database)?host=\(folder)&port=\(port)&user=latchkey"
    }

    /// Runs SQL, and returns what `psql` prints: a line for each row.
    @discardableResult
    package func execute(_ sql: String, in database: String) throws -> String {
        guard let programs = Self.programs else { return "" }
        let result = try Self.run(
            programs + "/psql",
            [
                "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", folder, "-p", port, "-U", "latchkey", "-d",
                database, "-c",
                sql,
            ]
        )
        guard result.ending == .exited(0) else { throw Failure(description: result.output) }
        return result.output
    }

    // MARK: Another user than root

    /// PostgreSQL does not run as root.
    private static let nobody: uid_t = 65_534

    private static func unprivileged(_ program: String, _ arguments: [String]) -> (String, [String]) {
        guard getuid() == 0 else { return (program, arguments) }
        let user = ["--reuid=\(nobody)", "--regid=\(nobody)", "--clear-groups"]
        return ("/usr/bin/setpriv", user + [program] + arguments)
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> ChildProcess.Result {
        let (program, arguments) = unprivileged(program, arguments)
        return try ChildProcess.run(program, arguments, folder: "/", withErrors: true)
    }

    // MARK: The end of the tests

    private struct Weak: Sendable {
        weak let server: PostgresServer?

        init(_ server: PostgresServer) { self.server = server }
    }

    private static let running = Mutex<[Weak]>([])

    /// A server that a whole run of tests shares is stopped when the run ends.
    private static let stopsAtExit: Void = {
        atexit {
            for server in PostgresServer.running.withLock({ $0 }) {
                server.server?.stop(SIGQUIT)
                if let folder = server.server?.folder { try? FileManager.default.removeItem(atPath: folder) }
            }
        }
    }()
}
