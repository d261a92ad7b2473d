/// The text of a statement.
///
/// One that is written out in the source, with names of tables and columns filled in, is prepared once for each
/// connection; one whose text depends on what is asked for is ``once(_:)``.
package struct SQLStatement: Sendable, ExpressibleByStringInterpolation {
    /// The text, with question marks for arguments.
    package let text: String
    /// Whether the statement is run again and again.
    package let isPrepared: Bool

    private init(text: String, isPrepared: Bool) {
        self.text = text
        self.isPrepared = isPrepared
    }

    /// Takes a statement from the source.
    package init(stringLiteral text: String) {
        self.init(text: text, isPrepared: true)
    }

    /// A statement that was put together for this time.
    package static func once(_ text: String) -> Self {
        Self(text: text, isPrepared: false)
    }

    /// The statement with more text behind it.
    package func followed(by more: String) -> Self {
        Self(text: text + more, isPrepared: isPrepared)
    }
}
