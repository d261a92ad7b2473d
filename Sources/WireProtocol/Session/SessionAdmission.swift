internal import WireCodec

/// A way into a session, as the web services answer it (`docs/protocol.md#sessions-api`, `docs/protocol.md#visits-api`).
package struct SessionAdmission: Equatable, Sendable {
    /// The session server's WebSocket URL.
    package var server: String
    /// What lets the participant in, once within a minute.
    package var serverKey: String
    /// What locates the session.
    package var sessionKey: String
    /// To an agent: names the session for ever.
    package var sessionID: String?
    /// To an agent: how the session stands.
    package var status: SessionStatus?
    /// To a visitor: lets their page come back; may be empty.
    package var resume: String?
    /// To a visitor: what the group has masked on its pages.
    package var mask: Mask?

    /// What is masked in the visitor's browser, beside what their page names itself.
    package struct Mask: Equatable, Sendable {
        /// CSS selectors.
        package var selectors: [String]
        /// Whether everything is masked but what the page takes out itself.
        package var everything: Bool

        /// Makes a mask.
        package init(selectors: [String], everything: Bool) {
            self.selectors = selectors
            self.everything = everything
        }
    }

    private static let members: Set = ["server", "serverkey", "sessionid", "sessionkey", "status", "resume"]

    /// Makes an admission.
    package init(
        server: String,
        serverKey: String,
        sessionKey: String,
        sessionID: String? = nil,
        status: SessionStatus? = nil,
        resume: String? = nil,
        mask: Mask? = nil
    ) {
        self.server = server
        self.serverKey = serverKey
        self.sessionKey = sessionKey
        self.sessionID = sessionID
        self.status = status
        self.resume = resume
        self.mask = mask
    }

    /// Reads an answer; `nil` if it is not one.
    ///
    /// Members that are not known here are ignored, and the mask is for browsers.
    package init?(json: [UInt8]) {
        var fields = FieldSet()
        guard (try? fields.add(json: json, only: Self.members)) != nil, let server = fields["server"],
            let serverKey = fields["serverkey"],
            let sessionKey = fields["sessionkey"]
        else { return nil }
        self.init(
            server: server,
            serverKey: serverKey,
            sessionKey: sessionKey,
            sessionID: fields["sessionid"],
            status: fields["status"].flatMap(SessionStatus.init),
            resume: fields["resume"]
        )
    }

    /// The answer's body.
    package var json: [UInt8] {
        JSONWriter.object(capacity: 2048) { json in
            json.member("server", server)
            json.member("serverKey", serverKey)
            if let sessionID { json.member("sessionId", sessionID) }
            json.member("sessionKey", sessionKey)
            if let status { json.member("status", status.rawValue) }
            if let resume { json.member("resume", resume) }
            if let mask {
                json.member("maskSelectors", mask.selectors)
                json.member("maskEverything", mask.everything)
            }
        }
    }
}
