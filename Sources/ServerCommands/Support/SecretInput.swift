internal import ArgumentParser
internal import Foundation
internal import ServerApp

/// Takes a secret from standard input, a file or the environment; never from an argument, which others could read.
enum SecretInput {
    /// - Parameters:
    ///   - file: A path, or `-` for standard input; `nil` to look at the environment only.
    ///   - variable: The environment variable.
    /// - Returns: The secret without a line break at its end; `nil` if there is none.
    /// - Throws: ``CommandFailure`` if the file is not there or not UTF-8.
    static func read(file: String?, variable: String) throws -> String? {
        if let file {
            let data =
                file == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
            guard let data, let text = String(validating: data, as: UTF8.self) else {
                throw CommandFailure("\(file) cannot be read as UTF-8 text")
            }
            return text.trimmingCharacters(in: .newlines)
        }
        return ProcessInfo.processInfo.environment[variable]
    }
}
