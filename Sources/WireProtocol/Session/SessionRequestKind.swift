/// What an agent asks for at ``Path/sessions``.
package enum SessionRequestKind: String, Sendable {
    /// To open a session and wait for the visitor.
    case start
    /// To be let into the session of a visitor.
    case join
}
