package import LoginKey
internal import ServerApp
internal import WebSocketClient
internal import WireProtocol

/// Visitors who are present, and agents who look for them and watch them.
package struct PresenceLoad: LoadScenario {
    private let agents: SignInLoad
    private let partnerID: PartnerID
    private let name: String

    /// How often one is sent on at most: nodes may come and go meanwhile.
    private static let connections = 3

    private var target: LoadTarget { agents.target }
    private var recorder: LoadRecorder { agents.recorder }

    /// Makes it.
    ///
    /// - Parameters:
    ///   - agents: Who look.
    ///   - partnerID: Their group.
    ///   - name: Tells its visitors from those of any other: letters and digits.
    package init(_ agents: SignInLoad, partnerID: PartnerID, name: String) {
        (self.agents, self.partnerID, self.name) = (agents, partnerID, name)
    }

    package func run(_ bounds: LoadBounds) async -> Duration {
        guard let tokens = try? await agents.tokens(bounds, for: .presence) else { return .zero }
        return await bounds.run { number in try await presence(number, token: tokens[number % tokens.count]) }
    }

    private func presence(_ number: Int, token: String) async throws {
        let members = #""groupid":"\#(partnerID)","visitorid":"load-\#(name)-\#(number)""#
        let announcement = #"{"type":"announce",\#(members),"name":"Load"}"#
        try await connect("visitor is present", "/visitor", number, saying: announcement, until: "announced") {
            try await lookUp(number, token: token)
            let watch = #"{"type":"connect","authorization":"Bearer \#(token)",\#(members)}"#
            try await connect("agent watches", "/agent", number + 1, saying: watch, until: "presence") {}
        }
    }

    private func lookUp(_ number: Int, token: String) async throws {
        try await recorder.measure("look-up") {
            let query = "\(Path.lookUpVisitor)?groupid=\(partnerID)&visitorid=load-\(name)-\(number)"
            let answer = try await target.browser(number + 1).get(query, token: token)
            guard answer.text.contains("\"visitorpresent\":true") else {
                throw CommandFailure("the visitor is present, and was not found")
            }
        }
    }

    /// Connects to the visitor's home, to which any server shows the way.
    private func connect(
        _ operation: String,
        _ path: String,
        _ number: Int,
        saying frame: String,
        until type: String,
        then body: () async throws -> Void
    ) async throws {
        let start = ContinuousClock.now
        var url = target.socket(path, number)
        for _ in 0..<Self.connections {
            let home = try await recorder.converse(operation, at: url) { conversation -> String? in
                try await conversation.send(frame)
                if let home = try await Self.home(in: &conversation, until: type) { return home }
                recorder.succeeded(operation, since: start)
                try await body()
                return nil
            }
            guard let home else { return }
            url = home + path
            try await recorder.noting(operation) { try target.check(url) }
        }
        try await recorder.noting(operation) { throw CommandFailure("the servers do not agree on a visitor's home") }
    }

    /// The address of another server, if this one names it; `nil` once the expected event is here.
    private static func home(in conversation: inout SessionClient.Conversation, until type: String) async throws
        -> String?
    {
        while let event = try await conversation.next() {
            if event.contains("\"type\":\"\(type)\"") { return nil }
            let start = #"{"type":"moved","data":{"server":""#
            if event.hasPrefix(start) { return String(event.dropFirst(start.count).prefix { $0 != "\"" }) }
        }
        throw ConversationEnded(expected: type)
    }
}
