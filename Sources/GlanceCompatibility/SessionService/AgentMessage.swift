internal import Accounts
internal import LoginKey
internal import WireCodec

/// The body of `POST /agent/message`: an agent leaves a session.
///
/// `ssnid` is `<groupid>.<passcode>.<disambiguateId>` of what `AgentInSession` answers; the passcode may have dots in it.
struct AgentMessage: Equatable, Sendable {
    let partnerID: PartnerID
    let sessionKey: SessionKey
    let sessionID: String

    /// Reads a body; `nil` if it is not valid, or asks for something else.
    init?(json: [UInt8]) {
        guard let body = try? JSONReader.value(of: json), let members = body.object,
            members["mtype"]?.text == "EjectAgent", let text = members["ssnid"]?.text
        else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let first = parts.first, let last = parts.last, !last.isEmpty,
            let partnerID = try? PartnerID(parsing: String(first)),
            let key = SessionKey(parts.dropFirst().dropLast().joined(separator: "."))
        else { return nil }
        self.partnerID = partnerID
        self.sessionKey = key
        self.sessionID = String(last)
    }
}
