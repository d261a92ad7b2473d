internal import Accounts
internal import Authentication
internal import LoginKey

// The answers of SessionService. A session that has not started has the id 0 (`docs/protocol.md#session-service`).

/// What `LookupPartnerCobrowseSession` answers.
struct CobrowseSession: ServiceRecord {
    static let typeName = "CobrowseSession"
    static let elementName: StaticString = "cobrowsesession"
    static let elements: [RecordElement<Self>] = [
        .number("id") { $0.session?.number ?? 0 },
        .text(optional: "joinurl") { $0.joinURL },
    ]

    var session: SessionRecord?
    var joinURL: String?
}

/// What `LookupPartnerSession2` answers.
///
/// Pages read every element without a look whether it is there: one without a value is sent empty, numbers as 0.
struct JoinableSession: ServiceRecord {
    static let typeName = "Session2"
    static let elementName: StaticString = "session2"
    static let elements: [RecordElement<Self>] = [
        .number("id") { $0.found?.session.number ?? 0 },
        .number("ssnid") { $0.found?.session.number ?? 0 },
        .text("serverip") { $0.found?.host ?? "" },
        .text("servername") { $0.found?.authority ?? "" },
        .number("personid") { $0.found?.grant.user.id.number ?? 0 },
        .text("groupid") { $0.found?.session.partnerID.text ?? "" },
        .text("passcode") { $0.found?.session.key.text ?? "" },
        .text("agentjoinurl") { $0.found?.viewerURL ?? "" },
        .text("clientjoinurl") { $0.found?.clientURL ?? "" },
        .text("calltype") { $0.found?.session.kind.rawValue ?? "" },
        // No page says which version it is; readers want the element.
        .text("visitorversion") { _ in "" },
    ]

    /// A session that an agent can join, and how.
    struct Found: Sendable {
        let session: SessionRecord
        let grant: Grant
        let host: String
        /// Host and, unless it is the usual one, port: where the caller's browser reaches us.
        let authority: String
        let viewerURL: String
        let clientURL: String?
    }

    var found: Found?
}

/// One session of `AgentInSession`.
struct AgentSession: ServiceRecord {
    static let typeName = "AgentSession"
    static let elementName: StaticString = "session2"
    static let elements: [RecordElement<Self>] = [
        .number("id") { $0.session.number },
        .text("passcode") { $0.session.key.text },
        .number("num") { $0.number },
        .text("disambiguateId") { $0.session.id },
        .text("servername") { $0.authority },
    ]

    let session: SessionRecord
    /// Host and, unless it is the usual one, port: where the caller's browser reaches us.
    let authority: String
    /// Its place in the list, from 1.
    let number: Int64
}

extension SessionRecord {
    /// The session's number on the wire, where ids are numbers: the first twelve of its hexadecimal digits.
    ///
    /// It fits into 48 bits, so that readers that make a floating-point number of it lose nothing.
    var number: Int64 { Int64(id.prefix(12), radix: 16) ?? 0 }
}
