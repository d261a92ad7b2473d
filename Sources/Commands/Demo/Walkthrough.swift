internal import Foundation
internal import SessionClient
internal import WireModels

/// The flow of DESIGN.md against a running demo, as a person and a browser would do it, step by step.
struct Walkthrough {
    let browser: WalkthroughBrowser
    let printer = WalkthroughPrinter()

    init(baseURL: String) {
        self.browser = WalkthroughBrowser(baseURL: baseURL)
    }

    /// The last step at which something went wrong is the one that throws.
    func run() async throws {
        let start = ContinuousClock.now
        let record = try await openRecord()
        let panel = try await openPanel(record)
        let visit = try await startVisit(record)
        try await SessionClient(url: visit.server)
            .converse { visitor in
                try await printer.step("The visitor's page connects to the session server") {
                    try await visitor.connect(visit.serverKey, until: "connected")
                    return [
                        "ws \(visit.server)", "sent connect(serverKey=\(visit.serverKey.redacted))", "got connected",
                    ]
                }
                let viewer = try await click(panel)
                let admission = try await join(viewer)
                try await SessionClient(url: admission.server)
                    .converse { agent in
                        try await meet(&agent, &visitor, admission)
                    }
            }
        let milliseconds = (ContinuousClock.now - start).milliseconds
        print("The session was live. \(printer.count) steps in \(milliseconds) ms.")
        print("Every step of the click is in the audit under correlation id \(printer.correlationID ?? "unknown").")
    }

    // MARK: 1–3: the record and its panel

    private func openRecord() async throws -> (signedRequest: String, visitorID: String, groupID: String) {
        try await printer.step("1. The agent's browser opens the record of a contact in the CRM") {
            let page = try await browser.get("/demo/crm/contact/003Fk00000Ab1cDIAR")
            let signedRequest = try page.attribute("value", after: "name=\"signed_request\"")
            let link = try page.attribute("href", after: "id=\"customer\"").replacing("&amp;", with: "&")
            var fields = FieldSet()
            try fields.add(query: link.split(separator: "?").last ?? "")
            let visitorID = fields[ParameterName.visitorID] ?? ""
            let groupID = fields[ParameterName.groupID] ?? ""
            return (
                (signedRequest, visitorID, groupID),
                ["GET /demo/crm/contact/… → 200", "frame: POST signed_request=\(signedRequest.redacted)"]
            )
        }
    }

    private func openPanel(
        _ record: (signedRequest: String, visitorID: String, groupID: String)
    ) async throws -> String {
        try await printer.step("2–3. The panel's server side checks the signed request and answers with the panel") {
            let page = try await browser.post("/salesforce/canvas", form: [("signed_request", record.signedRequest)])
            let token = try page.attribute("data-token", after: "id=\"panel\"")
            let buttons = page.text.components(separatedBy: "data-action=").count - 1
            return (token, ["POST /salesforce/canvas → 200", "panel token \(token.redacted), \(buttons) buttons"])
        }
    }

    private func startVisit(
        _ record: (signedRequest: String, visitorID: String, groupID: String)
    ) async throws -> (server: String, serverKey: String) {
        try await printer.step("The visitor starts a session") {
            let body = ["groupid": record.groupID, "visitorid": record.visitorID, "name": "Noor Haddad"]
            let answer = try await browser.postJSON("/api/v1/visits", body)
            let server = try answer.member("server")
            let serverKey = try answer.member("serverKey")
            let key = try answer.member("sessionKey")
            return (
                (server, serverKey),
                [
                    "POST /api/v1/visits {groupid: \(record.groupID), visitorid: \(record.visitorID)} → 200",
                    "session key \(key)",
                ]
            )
        }
    }

    // MARK: 4–7: the click

    private func click(_ token: String) async throws -> (token: String, visitorID: String) {
        let launch = try await printer.step("4. Click on Join: the LoginKey is made now, not at page load") {
            let answer = try await browser.postJSON("/salesforce/panel/launch", ["token": token, "action": "join"])
            let names = ["partnerid", "partneruserid", "loginkey", "correlationid", "VisitorId", "Wait"]
            let fields = try names.map { ($0, try answer.member($0)) }
            printer.correlationID = try answer.member("correlationid")
            let shown = fields.map { "\($0.0)=\($0.0 == "loginkey" ? $0.1.redactedLoginKey : $0.1)" }
            return (fields, ["POST /salesforce/panel/launch → 200", shown.joined(separator: "&")])
        }
        let location = try await printer.step("5. The browser posts the credentials to the viewer page") {
            let answer = try await browser.post(Path.agentView, form: launch, expecting: 303)
            let location = answer.header("location")
            let cookie = answer.header("set-cookie").prefix { $0 != "=" }
            return (
                location,
                ["POST \(Path.agentView) → 303 \(location.redactedTicket)", "set-cookie \(cookie)=(redacted)"]
            )
        }
        return try await printer.step("6. Credentials checked, user mapped: the clean address opens the viewer") {
            let page = try await browser.get(location)
            let name = try page.content(after: "id=\"agent-name\"")
            let token = try page.attribute("data-token", after: "id=\"viewer\"")
            let visitorID = try page.attribute("data-visitor-id", after: "id=\"viewer\"")
            return (
                (token, visitorID), ["GET \(location.redactedTicket) → 200", "signed in as \(name), no password typed"]
            )
        }
    }

    private func join(_ viewer: (token: String, visitorID: String)) async throws -> (server: String, serverKey: String)
    {
        try await printer.step("7. The viewer asks for the session; privileges are checked") {
            let answer = try await browser.postJSON(
                Path.sessions,
                ["action": "join", "visitorid": viewer.visitorID],
                token: viewer.token,
                correlationID: printer.correlationID
            )
            let server = try answer.member("server")
            let serverKey = try answer.member("serverKey")
            return (
                (server, serverKey),
                ["POST \(Path.sessions) → 200", "server \(server), serverKey=\(serverKey.redacted)"]
            )
        }
    }

    // MARK: 8: the session

    private func meet(
        _ agent: inout SessionClient.Conversation,
        _ visitor: inout SessionClient.Conversation,
        _ admission: (server: String, serverKey: String)
    ) async throws {
        try await printer.step("8. The viewer connects with the server key; the visitor is asked") {
            try await agent.connect(admission.serverKey, until: "consentPending")
            let question = try await visitor.next(until: "consentAsked")
            return ["ws \(admission.server)", "visitor got \(question)"]
        }
        try await printer.step("The visitor lets the agent in: the session is live") {
            try await visitor.send(#"{"type":"accept"}"#)
            let toVisitor = try await visitor.next(until: "active")
            _ = try await agent.next(until: "active")
            guard toVisitor.contains("Dana Whitfield") else {
                throw CommandFailure("the visitor was not shown the agent's name")
            }
            return ["both sides got \(toVisitor)"]
        }
        try await printer.step("Both sides talk, then the agent leaves") {
            try await agent.send(#"{"type":"message","text":"Hello, how can I help?"}"#)
            let message = try await visitor.next(until: "message")
            try await agent.send(#"{"type":"leave"}"#)
            let end = try await visitor.next(until: "ended")
            return ["visitor got \(message)", "visitor got \(end)"]
        }
    }
}

extension SessionClient.Conversation {
    /// Presents the server key and waits for an event.
    fileprivate mutating func connect(_ serverKey: String, until type: String) async throws {
        try await send(#"{"type":"connect","serverKey":"\#(serverKey)"}"#)
        _ = try await next(until: type)
    }

    /// The next event of a type; other events are passed over.
    fileprivate mutating func next(until type: String) async throws -> String {
        while let text = try await next() {
            if text.contains("\"type\":\"\(type)\"") { return text }
            if text.contains("\"type\":\"refused\"") { break }
        }
        throw CommandFailure("the session server did not say \"\(type)\"")
    }
}
