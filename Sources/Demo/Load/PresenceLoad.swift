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
        let visitorID = "load-\(name)-\(number)"
        let visitor = PresenceOpening.announce(groupID: partnerID.text, visitorID: visitorID, name: "Load")
        try await connect("visitor is present", Path.visitorSocket, number, saying: visitor, until: .announced) {
            try await lookUp(visitorID, number, token: token)
            let agent = PresenceOpening.connect(token: token, groupID: partnerID.text, visitorID: visitorID)
            try await connect("agent watches", Path.agentSocket, number + 1, saying: agent, until: .presence) {}
        }
    }

    private func lookUp(_ visitorID: String, _ number: Int, token: String) async throws {
        try await recorder.measure("look-up") {
            let query = "\(ParameterName.groupID)=\(partnerID)&\(ParameterName.visitorID)=\(visitorID)"
            let answer = try await target.browser(number + 1).get("\(Path.lookUpVisitor)?\(query)", token: token)
            guard (try? answer.member(PresenceMember.visitorPresent)) == "true" else {
                throw CommandFailure("the visitor is present, and was not found")
            }
        }
    }

    /// Connects to the visitor's home, to which any server shows the way.
    private func connect(
        _ operation: String,
        _ path: String,
        _ number: Int,
        saying opening: PresenceOpening,
        until kind: PresenceEventKind,
        then body: () async throws -> Void
    ) async throws {
        let start = ContinuousClock.now
        var url = target.socket(path, number)
        for _ in 0..<Self.connections {
            let home = try await recorder.converse(operation, at: url) { conversation -> String? in
                try await conversation.send(opening.json)
                if let home = try await Self.home(in: &conversation, until: kind) { return home }
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
    private static func home(
        in conversation: inout SessionClient.Conversation,
        until kind: PresenceEventKind
    ) async throws -> String? {
        while let text = try await conversation.next() {
            let event = PresenceNotice(json: Array(text.utf8))
            if event?.kind == kind { return nil }
            if event?.kind == .moved, let server = event?.server { return server }
        }
        throw ConversationEnded(expected: kind.rawValue)
    }
}
