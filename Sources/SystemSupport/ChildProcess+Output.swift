internal import Glibc

extension ChildProcess {
    /// The result of one run.
    package struct Result: Sendable {
        /// How it ended: by SIGKILL if it took too long.
        package let ending: Ending
        /// What it printed, as UTF-8; what does not fit is left out.
        package let output: String
    }

    /// Runs a program to its end; blocks the thread.
    ///
    /// - Parameters:
    ///   - program: A path, or a name that is looked for in `PATH`.
    ///   - arguments: Without the name of the program.
    ///   - environment: All of its environment; `nil` for the one here.
    ///   - folder: Where it starts; `nil` for the folder here.
    ///   - input: Its standard input, up to 64 KiB: as much as a pipe holds before anybody reads.
    ///   - withErrors: Whether what it prints as errors counts as output; otherwise it goes nowhere.
    ///   - limit: How much of the output is kept, in bytes.
    ///   - patience: How long it may take. What it leaves running is not waited for any longer either.
    /// - Returns: How it ended, and its output.
    /// - Throws: ``SystemCallError`` if it cannot be started, or the input is longer.
    package static func run(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String]? = nil,
        folder: String? = nil,
        input: String = "",
        withErrors: Bool = false,
        limit: Int = 1 << 24,
        within patience: Duration = .seconds(60)
    ) throws(SystemCallError) -> Result {
        guard input.utf8.count <= 65_536 else { throw SystemCallError("write", EFBIG) }
        let source = try AnonymousPipe()
        let output = try AnonymousPipe()
        try source.write(input)
        let child = try ChildProcess(
            program,
            arguments,
            environment: environment,
            folder: folder,
            input: source.readEnd,
            output: output.writeEnd,
            errors: withErrors ? output.writeEnd : nil
        )
        source.close()
        output.closeWriteEnd()
        let end = ContinuousClock.now + patience
        let text = output.read(limit, until: end)
        while child.isRunning, .now < end {
            usleep(500)
        }
        child.send(SIGKILL)
        return Result(ending: child.wait(), output: text)
    }
}
