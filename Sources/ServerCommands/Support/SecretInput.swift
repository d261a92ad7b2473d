internal import Foundation
internal import ServerApp

/// Takes a secret from standard input, a file or the environment; never from an argument, which others could read.
///
/// A secret is one line. What editors and shells add to it without being asked must not become part of it: the line
/// break at the end is left out, a byte order mark is left out with a warning, and anything else is refused.
enum SecretInput {
    /// - Parameters:
    ///   - file: A path, or `-` for standard input; `nil` to look at the environment only.
    ///   - variable: The environment variable.
    /// - Returns: The secret; `nil` if none is given.
    /// - Throws: ``CommandFailure`` if the file is not there, is not UTF-8, or does not hold one line without blanks at
    ///   its ends.
    static func read(file: String?, variable: String) throws -> String? {
        if let file { return try line(of: TextInput.read(file: file), from: file == "-" ? "standard input" : file) }
        return try ProcessInfo.processInfo.environment[variable].map { try line(of: $0, from: variable) }
    }

    /// Takes a secret, or a private key in PEM, which has several lines.
    static func readKey(file: String?, variable: String) throws -> String? {
        let environment = ProcessInfo.processInfo.environment[variable]
        guard let text = try file.map({ try TextInput.read(file: $0) }) ?? environment else { return nil }
        let source = file.map { $0 == "-" ? "standard input" : $0 } ?? variable
        return text.contains("-----BEGIN ") ? text : try line(of: text, from: source)
    }

    /// The one line of a text.
    static func line(of text: String, from source: String) throws -> String {
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" {
            scalars.removeFirst()
            warn("\(source) begins with a byte order mark, which is left out")
        }
        if scalars.last == "\n" { scalars.removeLast() }
        if scalars.last == "\r" { scalars.removeLast() }
        guard !scalars.contains(where: \.isLineBreak) else {
            throw CommandFailure("\(source) has more than one line; the secret is one line")
        }
        guard scalars.first?.properties.isWhitespace != true, scalars.last?.properties.isWhitespace != true else {
            throw CommandFailure("\(source) has a blank at the beginning or the end of the secret; remove it")
        }
        guard !scalars.contains(where: { $0 == "\u{FEFF}" || $0.properties.generalCategory == .control }) else {
            throw CommandFailure("\(source) has an invisible character in the secret; is it the right file, in UTF-8?")
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func warn(_ text: String) {
        FileHandle.standardError.write(Data("Warning: \(text).\n".utf8))
    }
}

extension Unicode.Scalar {
    fileprivate var isLineBreak: Bool {
        switch self {
        case "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
