internal import Foundation
internal import ServerApp
internal import WebSocketClient
internal import WireCodec
internal import WireProtocol

/// The part of the flow that is the same for the browser and the client: the record, its panel, and the visitor.
struct WalkthroughCRM {
    let browser: WalkthroughBrowser
    let printer = WalkthroughPrinter()
    /// Which user of the demo CRM the agent is.
    let user: String

    init(baseURL: String, user: String) {
        self.browser = WalkthroughBrowser(baseURL: baseURL)
        self.user = user
    }

    /// What the record's page holds.
    struct Record {
        let signedRequest: String
        let visitorID: String
        let groupID: String
    }

    func openRecord() async throws -> Record {
        try await printer.step("1. The agent's browser opens the record of a contact in the CRM") {
            let page = try await browser.get("/demo/crm/contact/003Fk00000Ab1cDIAR?user=\(user)")
            let signedRequest = try page.attribute("value", after: "name=\"signed_request\"")
            let link = try page.attribute("href", after: "id=\"customer\"").replacing("&amp;", with: "&")
            var fields = FieldSet()
            try fields.add(query: link.split(separator: "?").last ?? "")
            let visitorID = fields[ParameterName.visitorID] ?? ""
            let groupID = fields[ParameterName.groupID] ?? ""
            return (
                Record(signedRequest: signedRequest, visitorID: visitorID, groupID: groupID),
                ["GET /demo/crm/contact/… → 200", "frame: POST signed_request=\(signedRequest.redacted)"]
            )
        }
    }

    func openPanel(_ record: Record) async throws -> String {
        try await printer.step("2–3. The panel's server side checks the signed request and answers with the panel") {
            let page = try await browser.post(Path.canvas, form: [("signed_request", record.signedRequest)])
            let token = try page.attribute("data-token", after: "id=\"panel\"")
            let buttons = page.text.components(separatedBy: "data-action=").count - 1
            return (token, ["POST \(Path.canvas) → 200", "panel token \(token.redacted), \(buttons) buttons"])
        }
    }

    func startVisit(_ record: Record) async throws -> SessionAdmission {
        try await printer.step("The visitor starts a session") {
            let visit = try await visit(record)
            return (
                visit,
                [
                    "POST \(Path.visits) {groupid: \(record.groupID), visitorid: \(record.visitorID)} → 200",
                    "session key \(visit.sessionKey)",
                ]
            )
        }
    }

    /// Starts a session as the visitor's page does.
    func visit(_ record: Record) async throws -> SessionAdmission {
        let body = [
            ParameterName.groupID: record.groupID, ParameterName.visitorID: record.visitorID,
            ParameterName.name: "Noor Haddad",
        ]
        return try await browser.postJSON(Path.visits, body).admission()
    }

    func connect(_ visitor: inout SessionClient.Conversation, _ visit: SessionAdmission) async throws {
        try await printer.step("The visitor's page connects to the session server") {
            try await visitor.connect(visit.serverKey, until: .connected)
            return ["ws \(visit.server)", "sent connect(serverKey=\(visit.serverKey.redacted))", "got connected"]
        }
    }
}

extension SessionClient.Conversation {
    /// Presents the server key and waits for an event.
    mutating func connect(_ serverKey: String, until kind: SessionEvent.Kind) async throws {
        try await send(.connect(serverKey: serverKey))
        _ = try await next(until: kind)
    }

    func send(_ command: ParticipantCommand) async throws {
        try await send(command.json)
    }

    /// The text of the next event of a kind; other events are skipped.
    mutating func next(until kind: SessionEvent.Kind) async throws -> String {
        while let text = try await next() {
            let event = SessionEvent(json: Array(text.utf8))
            if event?.kind == kind { return text }
            if event?.kind == .refused { break }
        }
        throw ConversationEnded(expected: kind.rawValue)
    }
}

/// A server has ended a conversation, or refused it, before it said what was expected.
struct ConversationEnded: Error, CustomStringConvertible {
    /// The type of the event that did not come.
    let expected: String

    var description: String { "the session server did not say \"\(expected)\"" }
}
