/// Text of others on somebody's terminal.
package enum TerminalText {
    /// Control characters, and those that turn the direction of writing, could deceive: they are shown as `\u{…}`.
    ///
    /// - Parameters:
    ///   - text: Whatever came from outside.
    ///   - keepsLines: Whether line breaks stay.
    /// - Returns: What is harmless on every terminal.
    package static func harmless(_ text: String, keepsLines: Bool = false) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            let isFine =
                switch scalar.properties.generalCategory {
                case .control: keepsLines && scalar == "\n"
                case .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: false
                default: true
                }
            if isFine {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }
}
