internal import WireCodec

/// What became of a launch, as a page is told (`docs/protocol.md#launch`).
package struct LaunchReport: Equatable, Sendable {
    /// How far a launch has come.
    package enum State: String, Sendable {
        /// Nobody has received the URL yet.
        case offered
        /// A client has received it.
        case pickedUp
        /// The client, or its user, said no.
        case declined
        /// A client that the user has not connected presented the ticket.
        case notEnrolled
        /// The sign-in or the session was refused.
        case refused
        /// The client is signed in.
        case signedIn
        /// The client is connected and waits for the other side.
        case waiting
        /// Both sides are in the session.
        case inSession
        /// The session is over.
        case ended
    }

    /// How far it has come.
    package let state: State
    /// The version of the client that received the URL; empty before that.
    package let clientVersion: String
    /// Why it was declined, as a code; empty otherwise.
    package let reason: String
    /// The key of a client that the user has not connected: 43 characters of base64url.
    package let clientKey: String?
    /// The ``ClientCode`` of that key.
    package let clientCode: String?

    private static let members: Set = ["state", "clientversion", "reason", "clientkey", "clientcode"]

    /// Reports on a launch; the code follows from the key.
    package init(state: State, clientVersion: String, reason: String, clientKey: String?) {
        self.state = state
        self.clientVersion = clientVersion
        self.reason = reason
        self.clientKey = clientKey
        clientCode = clientKey.map(ClientCode.text)
    }

    /// Reads an answer; `nil` if it is not one.
    ///
    /// Members that are not known here are ignored.
    package init?(json: [UInt8]) {
        var fields = FieldSet()
        guard (try? fields.add(json: json, only: Self.members)) != nil,
            let state = fields["state"].flatMap(State.init), let clientVersion = fields["clientversion"],
            let reason = fields["reason"]
        else { return nil }
        self.state = state
        self.clientVersion = clientVersion
        self.reason = reason
        clientKey = fields["clientkey"]
        clientCode = fields["clientcode"]
    }

    /// The answer's body.
    package var json: [UInt8] {
        JSONWriter.object { json in
            json.member("state", state.rawValue)
            json.member("clientVersion", clientVersion)
            json.member("reason", reason)
            if let clientKey { json.member("clientKey", clientKey) }
            if let clientCode { json.member("clientCode", clientCode) }
        }
    }
}
