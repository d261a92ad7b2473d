internal import CSpawn
internal import Glibc
internal import Synchronization

/// A program that this one has started, without a shell.
///
/// It gets three open files and no others, blocks no signals, and is not told to ignore SIGPIPE. Foundation's `Process`
/// promises none of this: a file that another thread opens during the start goes to the child too, and the pipe of a
/// program that has ended is then held open by one that has not.
package final class ChildProcess: Sendable {
    /// How it has ended.
    package enum Ending: Sendable, Equatable {
        /// By itself, with an exit code.
        case exited(Int32)
        /// By a signal.
        case signalled(Int32)

        /// The exit code; `nil` if a signal has ended it.
        package var exitCode: Int32? {
            if case .exited(let code) = self { code } else { nil }
        }
    }

    /// Its process id, which is its own until its ending was asked for.
    package let processID: Int32
    private let known = Mutex<Ending?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: A path, or a name that is looked for in `PATH`.
    ///   - arguments: Without the name of the program.
    ///   - environment: All of its environment; `nil` for the one here.
    ///   - folder: Where it starts; `nil` for the folder here.
    ///   - input: The descriptor that is its standard input, which stays open here; `nil` for `/dev/null`.
    ///   - output: The same for its standard output.
    ///   - errors: The same for its standard error.
    ///   - hasOwnSession: Whether it goes on when the terminal is closed.
    /// - Throws: ``SystemCallError``.
    package init(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String]? = nil,
        folder: String? = nil,
        input: Int32? = nil,
        output: Int32? = nil,
        errors: Int32? = nil,
        hasOwnSession: Bool = false
    ) throws(SystemCallError) {
        // Unsafe: the calls of posix_spawn(3) take pointers. What they point to lives until it has returned, and what they
        // keep of it is given back at the end of this scope. POSIX defines no copies of the two: each stays where it was made.
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe Self.add([input, output, errors], folder, to: &actions)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        Self.set(hasOwnSession: hasOwnSession, on: &attributes)
        processID = try unsafe Self.spawn([program] + arguments, environment, &actions, &attributes)
    }

    /// How it has ended; `nil` while it runs.
    package var ending: Ending? {
        known.withLock { known in
            if known == nil { known = Self.ending(of: processID) }
            return known
        }
    }

    /// Whether it runs.
    package var isRunning: Bool { ending == nil }

    /// Waits until it has ended; blocks the thread.
    @discardableResult
    package func wait() -> Ending {
        while true {
            if let ending { return ending }
            // It is left to be asked for: its number is nobody else's until then.
            var information = unsafe siginfo_t()
            unsafe waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT)
        }
    }

    /// Sends a signal, unless it has ended.
    package func send(_ signal: Int32) {
        known.withLock { known in
            if known == nil { kill(processID, signal) }
        }
    }

    private static func ending(of child: pid_t) -> Ending? {
        var status: Int32 = 0
        let answer = unsafe waitpid(child, &status, WNOHANG)
        if answer == 0 || (answer < 0 && errno == EINTR) { return nil }
        // Where children are not waited for at all (SIGCHLD is ignored), nobody can tell.
        guard answer == child else { return .exited(-1) }
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }
}
