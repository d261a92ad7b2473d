/// What the two ends of presence send, by the `type` of the frame (`docs/protocol.md#presence`).
package enum PresenceCommandKind: String, Sendable {
    /// A visitor's first frame: who is here.
    case announce
    /// An agent's first frame: who watches, and whom.
    case connect
    /// The visitor lets the agent in who asks.
    case accepted
    /// The visitor does not.
    case declined
    /// Nothing but a sign of life.
    case keepAlive = "k"
}
