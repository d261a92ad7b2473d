internal import WireCodec

/// Where a session is shown to the agent who has asked for it (`docs/protocol.md#viewer-links`).
package struct ViewerLink: Equatable, Sendable {
    /// The viewer's address, good for one opening.
    package var url: String
    /// Until when, an instant in UTC.
    package var expiresAt: String

    /// Makes a link.
    package init(url: String, expiresAt: String) {
        self.url = url
        self.expiresAt = expiresAt
    }

    /// Reads an answer; `nil` if it is not one.
    ///
    /// Members that are not known here are ignored.
    package init?(json: [UInt8]) {
        var fields = FieldSet()
        guard (try? fields.add(json: json, only: ["url", "expiresat"])) != nil, let url = fields["url"],
            let expiresAt = fields["expiresat"]
        else { return nil }
        self.init(url: url, expiresAt: expiresAt)
    }

    /// The answer's body.
    package var json: [UInt8] {
        JSONWriter.object(capacity: 1024) { json in
            json.member("url", url)
            json.member("expiresAt", expiresAt)
        }
    }
}
