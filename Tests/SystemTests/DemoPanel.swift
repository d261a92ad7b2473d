import Foundation
import LocalIPC
import NIOHTTP1
import WebSocketClient

/// The demo CRM's panel as its script uses it, without a browser.
struct DemoPanel {
    struct Offer {
        let url: String
        let token: String
        let correlationID: String
        let sessionKey: String
    }

    static let record = "003Fk00000Ab1cDIAR"

    let server: ServerProcess
    private let token: String

    init(_ server: ServerProcess, user: String = "toni") async throws {
        self.server = server
        let panel = try await HTTP.postForm(
            server.url + "/salesforce/canvas",
            Self.signedRequest(server, user: user)
        )
        token = try Self.attribute("data-token=\"", in: panel.body)
    }

    /// The body that Salesforce would post for a user of the demo CRM.
    static func signedRequest(_ server: ServerProcess, user: String) async throws -> String {
        let page = try await HTTP.send(.GET, "\(server.url)/demo/crm/contact/\(record)?user=\(user)").body
        let signed = try attribute("name=\"signed_request\" value=\"", in: page)
        return "signed_request=" + signed.replacing("+", with: "%2B").replacing("=", with: "%3D")
    }

    private static func attribute(_ start: String, in page: String) throws -> String {
        guard let range = page.range(of: start), let end = page[range.upperBound...].firstIndex(of: "\"") else {
            throw ServerFailure("the page has no \(start)")
        }
        return String(page[range.upperBound..<end])
    }

    func click(_ action: String = "join") async throws -> Offer {
        let body = #"{"token":"\#(token)","action":"\#(action)","mode":"client"}"#
        let answer = try await HTTP.postJSON(server.url + "/panel/launch", body)
        guard answer.status == 200 else { throw ServerFailure("\(answer.status): \(answer.body)") }
        return Offer(
            url: answer.member("launchURL") ?? "",
            token: answer.member("launchToken") ?? "",
            correlationID: answer.member("correlationid") ?? "",
            sessionKey: answer.member("sessionkey") ?? ""
        )
    }

    /// What the browser posts to the viewer for an agent without the client: a LoginKey made at the click.
    func credentials() async throws -> String {
        let body = #"{"token":"\#(token)","action":"join"}"#
        let answer = try await HTTP.postJSON(server.url + "/panel/launch", body)
        guard answer.status == 200 else { throw ServerFailure("\(answer.status): \(answer.body)") }
        return ["partnerid", "partneruserid", "loginkey"].map { "\($0)=\(answer.member($0) ?? "")" }
            .joined(separator: "&")
    }

    func progress(_ offer: Offer) async throws -> HTTP.Answer {
        try await HTTP.send(
            .GET,
            server.url + "/api/v1/launches",
            headers: ["authorization": "Bearer \(offer.token)"]
        )
    }

    func wait(_ offer: Offer, for state: String) async throws -> HTTP.Answer {
        var answer = try await progress(offer)
        for _ in 0..<400 where answer.member("state") != state {
            try await ContinuousClock().sleep(for: .milliseconds(25))
            answer = try await progress(offer)
        }
        guard answer.member("state") == state else { throw ServerFailure("not \(state) but \(answer.body)") }
        return answer
    }

    /// Signs the desktop's client in for the first time: answers its question and connects the computer.
    func connect(_ computer: AgentComputer) async throws {
        try computer.client("server", "add", server.url)
        let offer = try await click()
        _ = try computer.launcher(offer.url)
        try await computer.wait("asking") { $0.question != nil }
        try computer.client("confirm")
        let state = try await wait(offer, for: "notEnrolled")
        let answer = try await HTTP.postJSON(
            server.url + "/api/v1/launches/enrollment",
            #"{"clientkey":"\#(state.member("clientKey") ?? "")"}"#,
            headers: ["authorization": "Bearer \(offer.token)"]
        )
        guard answer.status == 204 else { throw ServerFailure(answer.body) }
    }

    /// A visitor who starts a session at the record, lets the agent in, and stays until the session ends.
    func visit(_ body: @escaping @Sendable (inout SessionClient.Conversation) async throws -> Void) async throws {
        let answer = try await HTTP.postJSON(
            server.url + "/api/v1/visits",
            #"{"groupid":"12345","visitorid":"\#(Self.record)","name":"Noor Haddad"}"#
        )
        guard let url = answer.member("server"), let key = answer.member("serverKey") else {
            throw ServerFailure(answer.body)
        }
        try await SessionClient(url: url)
            .converse { visitor in
                try await visitor.send(#"{"type":"connect","serverKey":"\#(key)"}"#)
                try await visitor.expect("connected")
                try await body(&visitor)
            }
    }
}

extension SessionClient.Conversation {
    /// Waits for an event of a type; others are skipped.
    @discardableResult
    mutating func expect(_ type: String) async throws -> String {
        while let text = try await next() {
            if text.contains("\"type\":\"\(type)\"") { return text }
        }
        throw ServerFailure("the session server did not say \(type)")
    }
}
