internal import Accounts
internal import Authentication
internal import LoginKey

// The answers of SessionService. A session that has not started has the id 0 and nothing else (PROTOCOL section 4.2).

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
struct JoinableSession: ServiceRecord {
    static let typeName = "Session2"
    static let elementName: StaticString = "session2"
    static let elements: [RecordElement<Self>] = [
        .number("id") { $0.found?.session.number ?? 0 },
        .number(optional: "ssnid") { $0.found?.session.number },
        .text(optional: "serverip") { $0.found?.host },
        .text(optional: "servername") { $0.found?.session.server },
        .number(optional: "personid") { $0.found?.grant.user.id.number },
        .text(optional: "groupid") { $0.found?.session.partnerID.text },
        .text(optional: "passcode") { $0.found?.session.key.text },
        .text(optional: "agentjoinurl") { $0.found?.viewerURL },
        .text(optional: "clientjoinurl") { $0.found?.clientURL },
        .text(optional: "calltype") { $0.found?.session.kind.rawValue },
        // No page says which version it is; readers want the element.
        .text(optional: "visitorversion") { $0.found.map { _ in "" } },
    ]

    /// A session that an agent can join, and how.
    struct Found: Sendable {
        let session: SessionRecord
        let grant: Grant
        let host: String
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
        .text("servername") { $0.session.server },
    ]

    let session: SessionRecord
    /// Its place in the list, from 1.
    let number: Int64
}

extension SessionRecord {
    /// The session's number on the wire, where ids are numbers: the first twelve of its hexadecimal digits.
    ///
    /// It fits into 48 bits, so that readers that make a floating-point number of it lose nothing.
    var number: Int64 { Int64(id.prefix(12), radix: 16) ?? 0 }
}
