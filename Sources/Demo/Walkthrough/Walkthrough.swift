internal import Foundation
internal import ServerApp
internal import WebSocketClient
internal import WireProtocol

/// The flow of `docs/design.md#flow` against a running demo, as a person and a browser would do it, step by step.
struct Walkthrough {
    private let crm: WalkthroughCRM

    private var browser: WalkthroughBrowser { crm.browser }
    private var printer: WalkthroughPrinter { crm.printer }

    init(baseURL: String) {
        self.crm = WalkthroughCRM(baseURL: baseURL, user: "dana")
    }

    /// The last step at which something went wrong is the one that throws.
    func run() async throws {
        let start = ContinuousClock.now
        let record = try await crm.openRecord()
        let panel = try await crm.openPanel(record)
        let visit = try await crm.startVisit(record)
        try await SessionClient(url: visit.server)
            .converse { visitor in
                try await crm.connect(&visitor, visit)
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

    // MARK: 4–7: the click

    private func click(_ token: String) async throws -> (token: String, visitorID: String) {
        let launch = try await launch(token)
        let location = try await postCredentials(launch)
        return try await openViewer(at: location)
    }

    private func launch(_ token: String) async throws -> [(String, String)] {
        try await printer.step("4. Click on Join: the LoginKey is made now, not at page load") {
            let answer = try await browser.postJSON(
                Path.panelLaunch,
                [ParameterName.token: token, ParameterName.action: "join"]
            )
            let names = [
                ParameterName.partnerID, ParameterName.partnerUserID, ParameterName.loginKey,
                ParameterName.correlationID, "VisitorId", "Wait",
            ]
            let fields = try names.map { ($0, try answer.member($0)) }
            printer.correlationID = try answer.member(ParameterName.correlationID)
            let shown = fields.map { name, value in
                "\(name)=\(name == ParameterName.loginKey ? value.redactedLoginKey : value)"
            }
            return (fields, ["POST \(Path.panelLaunch) → 200", shown.joined(separator: "&")])
        }
    }

    private func postCredentials(_ launch: [(String, String)]) async throws -> String {
        try await printer.step("5. The browser posts the credentials to the viewer page") {
            let answer = try await browser.post(Path.agentView, form: launch, expecting: 303)
            let location = answer.header("location")
            let cookie = answer.header("set-cookie").prefix { $0 != "=" }
            return (
                location,
                ["POST \(Path.agentView) → 303 \(location.redactedTicket)", "set-cookie \(cookie)=(redacted)"]
            )
        }
    }

    private func openViewer(at location: String) async throws -> (token: String, visitorID: String) {
        try await printer.step("6. Credentials checked, user mapped: the clean address opens the viewer") {
            let page = try await browser.get(location)
            let name = try page.content(after: "id=\"agent-name\"")
            let token = try page.attribute("data-token", after: "id=\"viewer\"")
            let visitorID = try page.attribute("data-visitor-id", after: "id=\"viewer\"")
            return (
                (token, visitorID), ["GET \(location.redactedTicket) → 200", "signed in as \(name), no password typed"]
            )
        }
    }

    private func join(_ viewer: (token: String, visitorID: String)) async throws -> SessionAdmission {
        try await printer.step("7. The viewer asks for the session; privileges are checked") {
            let answer = try await browser.postJSON(
                Path.sessions,
                [ParameterName.action: SessionRequestKind.join.rawValue, ParameterName.visitorID: viewer.visitorID],
                token: viewer.token,
                correlationID: printer.correlationID
            )
            let admission = try answer.admission()
            let shown = "server \(admission.server), serverKey=\(admission.serverKey.redacted)"
            return (admission, ["POST \(Path.sessions) → 200", shown])
        }
    }

    // MARK: 8: the session

    private func meet(
        _ agent: inout SessionClient.Conversation,
        _ visitor: inout SessionClient.Conversation,
        _ admission: SessionAdmission
    ) async throws {
        try await printer.step("8. The viewer connects with the server key; the visitor is asked") {
            try await agent.connect(admission.serverKey, until: .consentPending)
            let question = try await visitor.next(until: .consentAsked)
            return ["ws \(admission.server)", "visitor got \(question)"]
        }
        try await printer.step("The visitor lets the agent in: the session is live") {
            try await visitor.send(.accept())
            let toVisitor = try await visitor.next(until: .active)
            _ = try await agent.next(until: .active)
            guard toVisitor.contains("Dana Whitfield") else {
                throw CommandFailure("the visitor was not shown the agent's name")
            }
            return ["both sides got \(toVisitor)"]
        }
        try await printer.step("Both sides talk, then the agent leaves") {
            try await agent.send(.message("Hello, how can I help?"))
            let message = try await visitor.next(until: .message)
            try await agent.send(.leave)
            let end = try await visitor.next(until: .ended)
            return ["visitor got \(message)", "visitor got \(end)"]
        }
    }
}
