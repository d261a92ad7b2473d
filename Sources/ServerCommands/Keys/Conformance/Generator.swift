internal import Foundation
internal import ServerApp

/// Somebody's LoginKey generator, as a program to run.
struct Generator {
    /// What one run came to.
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

    /// Runs the generator on one case.
    ///
    /// - Throws: ``CommandFailure`` if it cannot be started.
    func run(_ check: ConformanceCase) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        // `env --` keeps a generator whose name begins with a dash from becoming an option.
        process.arguments = ["--"] + command + [check.partnerID, check.partnerUserID, check.expires]
        var environment = ProcessInfo.processInfo.environment
        environment["LATCHKEY_API_KEY"] = check.apiKey
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw CommandFailure("\(command[0]) cannot be run: \(error)")
        }
        let isLate = end(process, after: seconds)
        let data = output.fileHandleForReading.readDataToEndOfFile().prefix(Self.maximumOutput)
        process.waitUntilExit()
        isLate.cancel()
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
        return Outcome(text: text, status: process.terminationReason == .exit ? process.terminationStatus : nil)
    }

    private func end(_ process: Process, after seconds: Int) -> DispatchWorkItem {
        let id = process.processIdentifier
        let item = DispatchWorkItem { kill(id, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: item)
        return item
    }
}
