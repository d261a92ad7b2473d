import Accounts
import Authentication
import Foundation
import HTTPCore
import HTTPTypes
import LoginKey
import ServiceTokens
import Testing
import WireCodec
import WireProtocol

@testable import GlanceCompatibility

@Suite struct SessionServiceTests {
    private static let namespace = "http://www.glancenetworks.com/services"

    let office: TwoGroups

    init() async throws {
        office = try await TwoGroups()
    }

    private func loginKey(_ puid: String = "boss") throws -> String {
        try LoginKeyIssuer(partnerID: PartnerID(parsing: "12345"), apiKey: office.apiKey, lifetime: 3600)
            .issue(for: PartnerUserID(parsing: puid), at: TwoGroups.now).text
    }

    private func path(_ operation: String) -> String { "\(Path.sessionService)/\(operation)" }

    /// A form without any encoding, as existing callers send it.
    private func raw(_ key: String? = "1234", puid: String = "boss") throws -> String {
        let credentials = "partnerid=12345&partneruserid=\(puid)&loginkey=\(try loginKey(puid))"
        return credentials + (key.map { "&ssnkey=\($0)" } ?? "")
    }

    @discardableResult
    private func open(
        _ key: String,
        of partnerID: String = "12345",
        kind: SessionRecord.Kind = .cobrowse,
        isKeyless: Bool = false,
        status: SessionStatus = .waiting,
        agent: String = "",
        age: Int64 = 0
    ) async throws -> SessionRecord {
        var generator = SystemRandomNumberGenerator()
        let session = SessionRecord(
            id: CorrelationID(using: &generator).text,
            partnerID: try PartnerID(parsing: partnerID),
            key: try #require(SessionKey(key)),
            isKeyless: isKeyless,
            kind: kind,
            owner: .visitor,
            status: status,
            server: "one",
            createdAt: TwoGroups.now - age,
            agent: agent,
            correlationID: .none
        )
        try await office.store.createSession(session, recording: TwoGroups.event)
        return session
    }

    private func narrow(to privileges: PrivilegeSet) async throws {
        var group = try #require(try await office.store.group(PartnerID(parsing: "12345")))
        group.privileges = privileges
        try await office.store.updateGroup(group, recording: TwoGroups.event)
    }

    private func soap(_ operation: String, _ parameters: [(String, String)]) async throws -> TwoGroups.Answer {
        let body = XMLWriter.document("e:Envelope", attributes: [("xmlns:e", SOAPReader.envelopeNamespace)]) { xml in
            xml.element("e:Body") { xml in
                xml.element(named: operation, attributes: [("xmlns", Self.namespace)]) { xml in
                    for (name, value) in parameters {
                        xml.element(named: name) { $0.element("x", "") }
                        _ = value
                    }
                }
            }
        }
        var text = String(decoding: body, as: UTF8.self)
        for (name, value) in parameters {
            text = text.replacing("<\(name)><x></x></\(name)>", with: "<\(name)>\(value)</\(name)>")
        }
        return try await office.send(.post, Path.sessionService, headers: [.contentType: "text/xml"], body: text)
    }

    // MARK: Answers

    @Test func `answers a raw form with the elements that existing readers look for`() async throws {
        try await narrow(to: .all)
        let session = try await open("1234")
        let answer = try await office.send(.post, path("LookupPartnerSession2"), body: raw())
        #expect(answer.status == 200, "\(answer.body)")
        #expect(answer.headers[.contentType] == "text/xml; charset=utf-8")
        let document = try ElementList(answer.body)
        #expect(
            document.names == [
                "session2", "id", "ssnid", "serverip", "servername", "personid", "groupid", "passcode", "agentjoinurl",
                "clientjoinurl", "calltype", "visitorversion",
            ]
        )
        #expect(document.attributes("xmlns", of: "session2") == [Self.namespace])
        #expect(document.text("id") == "\(try #require(Int64(session.id.prefix(12), radix: 16)))")
        #expect(document.text("ssnid") == document.text("id"))
        #expect(document.text("serverip") == "latchkey.example")
        #expect(document.text("servername") == "latchkey.example")
        #expect(document.text("personid") == "1")
        #expect(document.text("groupid") == "12345")
        #expect(document.text("passcode") == "1234")
        #expect(document.text("calltype") == "C")
        #expect(document.text("clientjoinurl") == "glancepanorama://agentjoin/latchkey.example/12345/1234")
    }

    @Test func `the address to join at holds a ticket for one opening by this agent`() async throws {
        try await open("1234")
        let answer = try await office.send(.post, path("LookupPartnerCobrowseSession"), body: raw())
        let url = try #require(try ElementList(answer.body).text("joinurl"))
        let start = "https://latchkey.example/agentjoin/AgentView.aspx?sessionkey=1234&groupid=12345&ticket="
        #expect(url.hasPrefix(start))
        #expect(!answer.body.contains(try loginKey()))
        let ticket = String(url.dropFirst(start.count))
        var grants: [Bool] = []
        for _ in 0..<2 {
            let attempt = Attempt(
                time: TwoGroups.now * 1000,
                correlationID: .none,
                source: "",
                purpose: "page"
            )
            let decision = try await office.authenticator.redeem(ticket: ticket, attempt: attempt)
            grants.append(decision.grant?.actor == "boss")
        }
        #expect(grants == [true, false])
        let late = Attempt(
            time: (TwoGroups.now + TicketClaims.lifetime) * 1000,
            correlationID: .none,
            source: "",
            purpose: "page"
        )
        let second = try await office.send(.post, path("LookupPartnerCobrowseSession"), body: raw())
        let other = try #require(try ElementList(second.body).text("joinurl")).dropFirst(start.count)
        #expect(try await office.authenticator.redeem(ticket: String(other), attempt: late).grant == nil)
    }

    @Test func `every element is there, also of a session that has not started or without the client`() async throws {
        let names = [
            "id", "ssnid", "serverip", "servername", "personid", "groupid", "passcode", "agentjoinurl",
            "clientjoinurl", "calltype", "visitorversion",
        ]
        let missing = try ElementList(try await office.send(.post, path("LookupPartnerSession2"), body: raw()).body)
        #expect(missing.names.dropFirst() == names[...])
        #expect(missing.text("id") == "0")
        #expect(missing.text("agentjoinurl") == "")
        try await open("1234")
        try await narrow(to: [.joinCobrowseSessions])
        let found = try ElementList(try await office.send(.post, path("LookupPartnerSession2"), body: raw()).body)
        #expect(found.names.dropFirst() == names[...])
        #expect(found.text("agentjoinurl")?.isEmpty == false)
        #expect(found.text("clientjoinurl") == "")
    }

    @Test func `ssnkey selects among the sessions of the agent, unless it is empty`() async throws {
        let first = try await open("1", agent: "boss")
        try await open("2", agent: "boss")
        for (key, count) in [("1", 1), ("", 2), ("9", 0)] {
            let answer = try await office.send(.post, path("AgentInSession"), body: raw(key))
            let ids = try ElementList(answer.body).elements.filter { $0.name == "disambiguateId" }.map(\.text)
            #expect(ids.count == count, "\(key)")
            if key == "1" { #expect(ids == [first.id]) }
        }
    }

    @Test func `pages of the origins of the body's group read answers and refusals, others nothing`() async throws {
        var group = try #require(try await office.store.group(PartnerID(parsing: "12345")))
        let listed = try #require(Origin("https://crm.example"))
        group.embeddingOrigins = [listed]
        try await office.store.updateGroup(group, recording: TwoGroups.event)
        let bodies = [
            (try raw(), 200), ("partnerid=12345&partneruserid=boss&loginkey=x&ssnkey=1", 401),
            ("partnerid=12345&partneruserid=boss&partneruserid=b&ssnkey=1", 400),
            (String(repeating: "x", count: 40_000), 413),
            ("--b\r\nContent-Disposition: form-data; name=\"partnerid\"\r\n\r\n12345\r\n--b--", 400),
        ]
        for (body, status) in bodies {
            for (origin, isAllowed) in [("https://crm.example", true), ("https://evil.example", false)] {
                let headers: HTTPFields = [.origin: origin, .secFetchSite: "cross-site"]
                let answer = try await office.send(.post, path("LookupPartnerSession2"), headers: headers, body: body)
                #expect(answer.headers[.accessControlAllowOrigin] == (isAllowed ? origin : nil), "\(body)")
                if isAllowed { #expect(answer.status == status, "\(answer.body)") }
            }
        }
        let other = "partnerid=67890&partneruserid=boss&loginkey=x&ssnkey=1"
        let headers: HTTPFields = [.origin: "https://crm.example", .secFetchSite: "cross-site"]
        let answer = try await office.send(.post, path("LookupPartnerSession2"), headers: headers, body: other)
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
    }

    @Test func `ignores what a page adds to the address, and nothing unknown in the body`() async throws {
        for (query, more, status) in [("?groupid=12345&_=1", "", 200), ("", "&_=1", 400)] {
            let target = path("LookupPartnerSession2") + query
            let answer = try await office.send(.post, target, body: try raw() + more)
            #expect(answer.status == status, "\(answer.body)")
        }
    }

    @Test func `a session that has not started is number 0 and nothing else`() async throws {
        for operation in ["LookupPartnerCobrowseSession"] {
            let form = try await office.send(.post, path(operation), body: raw())
            #expect(form.status == 200)
            let document = try ElementList(form.body)
            #expect(document.names.dropFirst() == ["id"])
            #expect(document.text("id") == "0")
            let json = try await office.send(
                .post,
                path(operation),
                body: #"{"partnerid":12345,"partneruserid":"boss","loginkey":"\#(try loginKey())","ssnkey":1234}"#
            )
            #expect(json.body == #"{"id":0}"#)
        }
    }

    @Test func `answers JSON with JSON and SOAP with SOAP`() async throws {
        let session = try await open("1234")
        let json = try await office.send(
            .post,
            path("lookuppartnersession2"),
            headers: [.contentType: "application/json; charset=utf-8"],
            body: #"{"PartnerId":12345,"PARTNERUSERID":"boss~\#(try loginKey())","ssnkey":"1234"}"#
        )
        #expect(json.headers[.contentType] == "application/json; charset=utf-8")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.body.utf8)) as? [String: Any])
        #expect((object["id"] as? NSNumber)?.int64Value == session.number)
        #expect((object["agentjoinurl"] as? String)?.contains("&ticket=") == true)
        let soap = try await soap(
            "LookupPartnerSession2",
            [("ssnkey", "1234"), ("partnerid", "12345"), ("partneruserid", "boss"), ("loginkey", try loginKey())]
        )
        #expect(soap.status == 200, "\(soap.body)")
        let document = try ElementList(soap.body)
        let start = [
            "soap:Envelope", "soap:Body", "LookupPartnerSession2Response", "LookupPartnerSession2Result", "id",
        ]
        #expect(document.names.prefix(5) == start[...])
        #expect(document.text("passcode") == "1234")
    }

    @Test func `lists the sessions that the agent is in`() async throws {
        let first = try await open("1", agent: "boss")
        let second = try await open("2", kind: .screenShare, agent: "boss")
        try await open("3", agent: "somebody")
        try await open("4", agent: "boss", age: 600)
        let answer = try await office.send(.post, path("AgentInSession"), body: raw(nil))
        let document = try ElementList(answer.body)
        #expect(document.names.first == "ArrayOfAgentSession")
        let found = document.elements.filter { $0.name == "disambiguateId" }.map(\.text)
        #expect(Set(found) == [first.id, second.id])
        #expect(document.elements.filter { $0.name == "num" }.map(\.text) == ["1", "2"])
        let item = ["session2", "id", "passcode", "num", "disambiguateId", "servername"]
        #expect(document.names.dropFirst() == (item + item)[...])
    }

    // MARK: Whom and what it finds

    @Test func `finds nothing of another group, of another kind, without the privilege, or that waits too long`()
        async throws
    {
        try await open("other", of: "67890")
        try await open("screen", kind: .screenShare)
        try await open("old", age: 600)
        // Nobody has ever connected to these.
        try await open("never", status: .settingUp, age: 75)
        try await open("new", status: .settingUp, age: 74)
        try await open("visitor", isKeyless: true)
        let cobrowse = "LookupPartnerCobrowseSession"
        for key in ["other", "screen", "old", "never", "new"] {
            let answer = try await office.send(.post, path(cobrowse), body: raw(key))
            #expect(try (ElementList(answer.body).text("id") == "0") == (key != "new"), "\(key)")
        }
        let any = try await office.send(.post, path("LookupPartnerSession2"), body: raw("screen"))
        #expect(try ElementList(any.body).text("calltype") == "G")
        let keyless = try await office.send(.post, path(cobrowse), body: raw("visitor"))
        #expect(try ElementList(keyless.body).text("joinurl") != nil)
        try await narrow(to: [.joinCobrowseSessions])
        let refused = try await office.send(.post, path(cobrowse), body: raw("visitor"))
        #expect(try ElementList(refused.body).text("id") == "0")
        try await narrow(to: [.keylessSessions])
        #expect(try await office.send(.post, path(cobrowse), body: raw("visitor")).status == 401)
    }

    @Test func `limits how many keys an agent can try`() async throws {
        try await open("1234")
        var statuses: [Int] = []
        for number in 0..<130 {
            statuses.append(try await office.send(.post, path("LookupPartnerSession2"), body: raw("k\(number)")).status)
        }
        #expect(statuses.prefix(120).allSatisfy { $0 == 200 })
        #expect(statuses.suffix(10).allSatisfy { $0 == 429 })
        #expect(try await office.send(.post, path("LookupPartnerSession2"), body: raw("1234")).status == 429)
    }

    @Test func `asking for a session that is there costs nothing`() async throws {
        try await open("1234")
        for _ in 0..<150 {
            #expect(try await office.send(.post, path("LookupPartnerSession2"), body: raw("1234")).status == 200)
        }
    }

    // MARK: Refusals

    @Test func `a wrong credential is refused alike in every style`() async throws {
        try await open("1234")
        let wrong = "$1$1700000600$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        let form = try await office.send(
            .post,
            path("LookupPartnerSession2"),
            body: "partnerid=12345&partneruserid=boss&loginkey=\(wrong)&ssnkey=1234"
        )
        #expect(form.status == 401)
        let document = try ElementList(form.body)
        #expect(document.names == ["error", "code", "message", "correlationid"])
        #expect(document.attributes("xmlns", of: "error") == [Self.namespace])
        #expect(document.text("code") == "refused")
        let json = try await office.send(
            .post,
            path("LookupPartnerSession2"),
            body: #"{"partnerid":"12345","partneruserid":"boss","loginkey":"\#(wrong)","ssnkey":"1234"}"#
        )
        #expect(json.status == 401)
        #expect(json.body.contains(#""error":"refused""#))
        let soap = try await soap(
            "LookupPartnerSession2",
            [("partnerid", "12345"), ("partneruserid", "boss"), ("loginkey", wrong), ("ssnkey", "1234")]
        )
        #expect(soap.status == 500)
        let fault = try ElementList(soap.body)
        #expect(fault.text("faultcode") == "soap:Client")
        #expect(fault.text("faultstring") == document.text("message"))
        #expect(fault.text("code") == "refused")
        #expect(fault.text("correlationid")?.utf8.count == 32)
    }

    @Test(arguments: [
        "partneruserid=boss&partneruserid=boss&ssnkey=1", "partneruserid=a&b&ssnkey=1",
        "partneruserid=boss&b=1&ssnkey=1",
        "partneruserid=boss&ssnkey=1&SSNKEY=1", "partneruserid=boss&ssnkey=1&password=x",
        "partneruserid=boss&ssnkey=a b",
        "partneruserid=boss&ssnkey=", "partneruserid=boss", "partneruserid=50%off&ssnkey=1",
    ])
    func `refuses what it cannot read without a doubt`(_ form: String) async throws {
        let body = "partnerid=12345&loginkey=\(try loginKey())&\(form)"
        let answer = try await office.send(.post, path("LookupPartnerSession2"), body: body)
        #expect(answer.status == 400)
        #expect(try ElementList(answer.body).text("code") == "badRequest")
        #expect(!answer.body.contains("boss"))
    }

    @Test func `a parameter of the query counts together with the body`() async throws {
        try await open("1234")
        let query = try await office.send(.post, path("LookupPartnerSession2") + "?ssnkey=1234", body: raw(nil))
        #expect(try ElementList(query.body).text("passcode") == "1234")
        #expect(try await office.send(.post, path("LookupPartnerSession2") + "?SsnKey=1", body: raw()).status == 400)
        var group = try #require(try await office.store.group(PartnerID(parsing: "12345")))
        group.allowsLoginKeyURLs = false
        try await office.store.updateGroup(group, recording: TwoGroups.event)
        let key = PercentEncoding.encode(try loginKey())
        let inURL = try await office.send(
            .post,
            path("LookupPartnerSession2") + "?loginkey=\(key)",
            body: "partnerid=12345&partneruserid=boss&ssnkey=1234"
        )
        #expect(inURL.status == 401)
    }

    @Test func `takes nothing by GET`() async throws {
        let target = "\(path("LookupPartnerSession2"))?\(try raw())"
        for method in [HTTPRequest.Method.get, .head, .put, .delete, .patch, .options] {
            let answer = try await office.send(method, target)
            #expect(answer.status == 405)
            #expect(answer.headers[.allow] == "POST")
            #expect(answer.headers[.contentType] == "text/xml; charset=utf-8")
            #expect(answer.body.isEmpty == (method == .head))
        }
        #expect(try await office.send(.put, Path.sessionService).headers[.allow] == "GET, HEAD, POST")
        #expect(try await office.send(.post, path("Nothing"), body: raw()).status == 404)
    }

    @Test func `says what is wrong with an envelope by a fault`() async throws {
        let xml: HTTPFields = [.contentType: "text/xml; charset=utf-8"]
        let faults: [(String, HTTPFields, String)] = [
            ("<!DOCTYPE a>", xml, "soap:Client"), ("", xml, "soap:Client"),
            (String(repeating: " ", count: 33 * 1024), xml, "soap:Client"),
            ("<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'/>", xml, "soap:VersionMismatch"),
        ]
        for (body, headers, code) in faults {
            let answer = try await office.send(.post, Path.sessionService, headers: headers, body: body)
            #expect(answer.status == 500)
            #expect(try ElementList(answer.body).text("faultcode") == code, "\(body.prefix(40))")
        }
        let envelope = "<e:Envelope xmlns:e='\(SOAPReader.envelopeNamespace)'><e:Body/></e:Envelope>"
        for (charset, message) in [("utf-16", "UTF-8"), ("\"UTF-8\"", "The body"), ("utf-7", "UTF-8")] {
            let headers: HTTPFields = [.contentType: "text/xml; action=x; charset=\(charset)"]
            let answer = try await office.send(.post, Path.sessionService, headers: headers, body: envelope)
            #expect(try ElementList(answer.body).text("faultstring")?.contains(message) == true, "\(charset)")
        }
        let unknown = try await soap("Nothing", [("partnerid", "1")])
        #expect(try ElementList(unknown.body).text("faultcode") == "soap:Client")
        let extra = try await soap("AgentInSession", [("nonsense", "1")])
        #expect(try ElementList(extra.body).text("code") == "badRequest")
        let twice = try await office.send(.post, Path.sessionService + "?a=1&a=2", body: "<a/>")
        #expect(twice.status == 500)
    }
}
