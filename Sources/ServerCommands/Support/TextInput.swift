internal import Foundation
internal import ServerApp

/// Takes text from standard input or a file.
enum TextInput {
    /// Makes it.
    static func read(file: String) throws -> String {
        let data =
            file == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
        guard let data else {
            throw CommandFailure("\(file) cannot be read; does it exist, and do you have permission to read it?")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandFailure("\(file) is not UTF-8 text")
        }
        return text
    }
}
