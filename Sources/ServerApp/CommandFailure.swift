/// Why a command could not do what it was asked, in a sentence for the terminal.
package struct CommandFailure: Error, CustomStringConvertible {
    /// The sentence.
    package let description: String

    /// Makes a failure.
    package init(_ description: String) {
        self.description = description
    }
}
