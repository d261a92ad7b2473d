internal import Foundation
internal import ServerApp
internal import WebSocketClient
internal import WireProtocol

/// The flow of `docs/design.md#flow` for the client agent against a running demo: with the real launcher, the real
/// client and its local socket, and without a browser.
struct ClientWalkthrough {
    private let crm: WalkthroughCRM
    private let baseURL: String
    /// How often the click is repeated, to see how long it takes.
    private let clicks: Int

    private var browser: WalkthroughBrowser { crm.browser }
    private var printer: WalkthroughPrinter { crm.printer }

    init(baseURL: String, clicks: Int) {
        self.crm = WalkthroughCRM(baseURL: baseURL, user: "toni")
        self.baseURL = baseURL
        self.clicks = clicks
    }

    func run() async throws {
        let start = ContinuousClock.now
        let client = try await WalkthroughClient(server: baseURL)
        let record = try await crm.openRecord()
        let panel = try await crm.openPanel(record)
        do {
            try await connectComputer(client, panel)
            try await meet(client, record, panel)
            print("The session was live. \(printer.count) steps in \((ContinuousClock.now - start).milliseconds) ms.")
            print("Every step of the click is in the audit under correlation id \(printer.correlationID ?? "unknown").")
            if clicks > 0 { try await measure(client, record, panel) }
        } catch {
            _ = try? await client.client("quit")
            throw error
        }
        try await client.client("quit")
    }

    // MARK: The first time on a computer

    private func connectComputer(_ client: WalkthroughClient, _ panel: String) async throws {
        let launch = try await click(
            "4. Click on Join: a ticket is made, good for a minute and for this agent's clients",
            panel
        )
        try await printer.step("5. The launcher gets the URL, starts the client and hands the URL over") {
            try await client.launch(launch.url)
            return ["latchkey-launcher \(launch.url.redactedTicket) → 0"]
        }
        let code = try await printer.step("The client has never seen this group: it asks, and shows its code") {
            let question = try await client.wait(for: "question.text") { !$0.isEmpty }
            let code = try await client.status("code") ?? ""
            try await client.client("confirm")
            return (code, [question, "latchkey-client confirm"])
        }
        try await printer.step("The server does not know this computer: the page shows the code, the agent connects it")
        {
            let report = try await progress(launch.pageToken, until: .notEnrolled)
            guard report.clientCode == code, let key = report.clientKey else {
                throw CommandFailure("the codes differ")
            }
            _ = try await browser.postJSON(
                Path.launchEnrollment,
                [ParameterName.clientKey: key],
                token: launch.pageToken,
                expecting: 204
            )
            return ["page and client both show \(code)", "POST \(Path.launchEnrollment) → 204"]
        }
    }

    // MARK: Every other time

    private func meet(_ client: WalkthroughClient, _ record: WalkthroughCRM.Record, _ panel: String) async throws {
        let visit = try await crm.startVisit(record)
        try await SessionClient(url: visit.server)
            .converse { visitor in
                try await crm.connect(&visitor, visit)
                let launch = try await click("4. Click again: the session key is in the URL, no LoginKey is", panel)
                try await printer.step("5. The launcher hands the URL to the running client") {
                    try await client.launch(launch.url)
                    return ["latchkey-launcher \(launch.url.redactedTicket) → 0"]
                }
                try await printer.step("6–7. The client proves its key, is signed in and asks for the session") {
                    let question = try await visitor.next(until: .consentAsked)
                    return ["visitor got \(question)"]
                }
                try await printer.step("8. The visitor lets the agent in: the session is live, and the page knows") {
                    try await visitor.send(.accept())
                    _ = try await visitor.next(until: .active)
                    let report = try await progress(launch.pageToken, until: .inSession)
                    let account = try await client.status("account.name") ?? ""
                    return [
                        "GET \(Path.launches) → \(report.state), client \(report.clientVersion)",
                        "the client shows \(account)",
                    ]
                }
                try await printer.step("Both sides talk, then the agent leaves") {
                    try await client.client("say", "Hello, how can I help?")
                    let message = try await visitor.next(until: .message)
                    try await client.client("leave")
                    let end = try await visitor.next(until: .ended)
                    return ["visitor got \(message)", "visitor got \(end)"]
                }
            }
    }

    private func click(_ title: String, _ panel: String) async throws -> LaunchOffer {
        try await printer.step(title) {
            let offer = try await offer(panel)
            printer.correlationID = offer.correlationID
            return (offer, ["POST \(Path.panelLaunch) → 200", offer.url.redactedTicket])
        }
    }

    private func offer(_ panel: String) async throws -> LaunchOffer {
        let body = [ParameterName.token: panel, ParameterName.action: "join", ParameterName.mode: "client"]
        let answer = try await browser.postJSON(Path.panelLaunch, body)
        guard let offer = LaunchOffer(json: Array(answer.text.utf8)) else {
            throw CommandFailure("the panel was not given a URL for the client")
        }
        return offer
    }

    /// Asks as the page does what became of the launch, until it is what was expected.
    private func progress(_ token: String, until state: LaunchReport.State) async throws -> LaunchReport {
        var told = ""
        for _ in 0..<500 {
            told = try await browser.get(Path.launches, token: token).text
            if let report = LaunchReport(json: Array(told.utf8)), report.state == state { return report }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw CommandFailure("the page was told \(told)")
    }

    // MARK: How long a click takes

    private static let clicksAtOnce = 50

    /// From the click to a live session on both sides, the visitor agreeing at once.
    private func measure(_ client: WalkthroughClient, _ record: WalkthroughCRM.Record, _ panel: String) async throws {
        var times: [Duration] = []
        for click in 0..<clicks {
            // One source may start so many sessions at once, and one a second sustained.
            if click >= Self.clicksAtOnce { try await Task.sleep(for: .seconds(1.1)) }
            let visit = try await crm.visit(record)
            try await SessionClient(url: visit.server)
                .converse { visitor in
                    try await visitor.connect(visit.serverKey, until: .connected)
                    let start = ContinuousClock.now
                    try await client.launch(try await offer(panel).url)
                    _ = try await visitor.next(until: .consentAsked)
                    try await visitor.send(.accept())
                    _ = try await visitor.next(until: .active)
                    times.append(ContinuousClock.now - start)
                    try await client.client("leave")
                    _ = try await visitor.next(until: .ended)
                }
        }
        times.sort()
        let median = times[times.count / 2].milliseconds
        let late = times[min(times.count - 1, times.count * 99 / 100)].milliseconds
        print("click to live session, \(clicks) times: median \(median) ms, p99 \(late) ms")
    }
}
