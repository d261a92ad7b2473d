/// What a client signs with its own key to redeem a launch ticket.
package enum ClientProofText {
    /// The bytes to sign: a name for this use of the key, a line break, and the ticket.
    package static func bytes(ticket: String) -> [UInt8] {
        Array("latchkey-client-proof-1\n\(ticket)".utf8)
    }
}
