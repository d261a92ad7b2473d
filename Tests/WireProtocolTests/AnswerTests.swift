import Testing
import WireProtocol

/// What the server answers, our own programs read.
struct AnswerTests {
    private static let key = String(repeating: "A", count: 43)
    private static let authorization = #"""
        {"authToken":"a.b.c","authTokeExp":"2026-11-27T11:00:00.0000000Z","gssnId":"1.2.x.3","groupId":"12345",\#
        "applicationSettings":null,"planTimeout":0,"isTrial":false,"service":"client","groupName":"Bank ñ",\#
        "partnerUserId":"","username":"dana","name":"Dana \"D\""}
        """#

    @Test func `the client reads who it is from the answer of Authorize`() throws {
        let answer = try #require(ClientAuthorization(json: Array(Self.authorization.utf8)))
        #expect(answer.token == "a.b.c")
        #expect(answer.sessionID == "1.2.x.3")
        #expect(answer.groupID == "12345")
        #expect(answer.groupName == "Bank ñ")
        #expect(answer.partnerUserID == "")
        #expect(answer.username == "dana")
        #expect(answer.name == #"Dana "D""#)
    }

    @Test(arguments: ["authToken", "gssnId", "groupId", "groupName", "partnerUserId", "username", "name"])
    func `an answer without one of its members is none`(_ name: String) {
        let json = Self.authorization.split(separator: "\"\(name)\"").joined(separator: "\"other\"")
        #expect(ClientAuthorization(json: Array(json.utf8)) == nil)
    }

    @Test func `a token is read from both forms of the answer of Authorize`() {
        for service in [TokenService.webServices, .client] {
            #expect(service.token(in: Array(Self.authorization.utf8)) == "a.b.c")
            #expect(service.token(in: Array(#""a.b.c""#.utf8)) == nil)
        }
        #expect(TokenService.presence.token(in: Array(#""a.b.c""#.utf8)) == "a.b.c")
        #expect(TokenService.presence.token(in: Array(Self.authorization.utf8)) == nil)
    }

    @Test func `an offer of a launch is read as it was written`() {
        let offer = LaunchOffer(url: "latchkey://x?a=\"b", pageToken: "a.b.c", sessionKey: "k", correlationID: "0f")
        #expect(LaunchOffer(json: offer.json) == offer)
        #expect(LaunchOffer(json: Array("{}".utf8)) == nil)
    }

    @Test(arguments: [nil, key])
    func `a report on a launch is read as it was written`(_ key: String?) {
        let report = LaunchReport(state: .notEnrolled, clientVersion: "0.1.0", reason: "", clientKey: key)
        #expect(LaunchReport(json: report.json) == report)
        #expect(report.clientCode == (key == nil ? nil : "0000 0000"))
        #expect(LaunchReport(json: Array(#"{"state":"x","clientVersion":"","reason":""}"#.utf8)) == nil)
    }
}
