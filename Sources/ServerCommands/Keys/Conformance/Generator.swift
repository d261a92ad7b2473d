internal import Foundation
internal import ServerApp
internal import SystemSupport

/// A LoginKey generator, as a program to run.
struct Generator {
    /// The result of one run.
    struct Outcome {
        /// What it printed, without the line break at its end.
        var text: String
        /// The exit code; `nil` if it had to be ended.
        var status: Int32?
    }

    /// The program and its first arguments.
    let command: [String]
    /// How long one run may take.
    let seconds: Int

    private static let maximumOutput = 4096

    /// Makes sure that the program exists: reported once, not once per case.
    ///
    /// - Throws: ``CommandFailure``.
    func check() throws(CommandFailure) {
        let name = command[0]
        let manager = FileManager.default
        if name.contains("/") {
            var isFolder: ObjCBool = false
            guard unsafe manager.fileExists(atPath: name, isDirectory: &isFolder) else {
                throw CommandFailure("there is no generator \(name); nothing was tried")
            }
            guard !isFolder.boolValue else {
                throw CommandFailure("the generator \(name) is a folder; nothing was tried")
            }
            guard manager.isExecutableFile(atPath: name) else {
                throw CommandFailure(
                    "the generator \(name) is not executable; nothing was tried. Run: chmod +x \(name), or name the program "
                        + "that runs it, such as: latchkey conformance -- python3 \(name)"
                )
            }
            return
        }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        guard folders.contains(where: { manager.isExecutableFile(atPath: "\($0)/\(name)") }) else {
            let isHere = manager.fileExists(atPath: name) ? "; for the file in this folder, write ./\(name)" : ""
            throw CommandFailure("there is no program \(name) in PATH; nothing was tried\(isHere)")
        }
    }

    /// Runs the generator on one case.
    ///
    /// - Throws: ``CommandFailure`` if it cannot be started.
    func run(_ check: any ConformanceCheck) throws -> Outcome {
        do {
            // `env --` keeps a generator whose name begins with a dash from becoming an option.
            let result = try ChildProcess.run(
                "/usr/bin/env",
                ["--"] + command + check.arguments,
                environment: ProcessInfo.processInfo.environment
                    .merging(["LATCHKEY_API_KEY": check.apiKey]) { _, ours in ours },
                limit: Self.maximumOutput,
                within: .seconds(seconds)
            )
            return Outcome(
                text: result.output.trimmingCharacters(in: .newlines),
                status: result.ending.exitCode
            )
        } catch {
            throw CommandFailure("\(command[0]) cannot be run: \(error)")
        }
    }
}
