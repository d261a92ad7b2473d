internal import WireCodec

/// A URL that opens the desktop client, as a page is given it (`docs/protocol.md#launch`).
package struct LaunchOffer: Equatable, Sendable {
    /// The URL for the operating system; it holds a ticket.
    package var url: String
    /// Lets the page ask what became of it.
    package var pageToken: String
    /// The session's key: the browser can be used in the client's place.
    package var sessionKey: String
    /// The click.
    package var correlationID: String

    private static let members: Set = ["launchurl", "launchtoken", "sessionkey", "correlationid"]

    /// Makes an offer.
    package init(url: String, pageToken: String, sessionKey: String, correlationID: String) {
        self.url = url
        self.pageToken = pageToken
        self.sessionKey = sessionKey
        self.correlationID = correlationID
    }

    /// Reads an answer; `nil` if it is not one.
    ///
    /// Members that are not known here are ignored.
    package init?(json: [UInt8]) {
        var fields = FieldSet()
        guard (try? fields.add(json: json, only: Self.members)) != nil, let url = fields["launchurl"],
            let pageToken = fields["launchtoken"], let sessionKey = fields["sessionkey"],
            let correlationID = fields["correlationid"]
        else { return nil }
        self.init(url: url, pageToken: pageToken, sessionKey: sessionKey, correlationID: correlationID)
    }

    /// The answer's body.
    package var json: [UInt8] {
        JSONWriter.object(capacity: 2048) { json in
            json.member("launchURL", url)
            json.member("launchToken", pageToken)
            json.member("sessionkey", sessionKey)
            json.member("correlationid", correlationID)
        }
    }
}
