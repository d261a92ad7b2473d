package import LoginKey
internal import WebSocketClient
internal import WireProtocol

/// Visitors who open sessions, agents who join them through another server where there are several, and messages.
package struct SessionLoad: LoadScenario {
    private let agents: SignInLoad
    private let partnerID: PartnerID
    private let messages: Int
    /// Tells this run's visitors from those of any other.
    private let name: String

    private var target: LoadTarget { agents.target }
    private var recorder: LoadRecorder { agents.recorder }

    /// Makes it.
    ///
    /// - Parameters:
    ///   - agents: Who join.
    ///   - partnerID: Their group.
    ///   - messages: How many are sent in each session, from both sides in turn.
    ///   - name: Tells its visitors from those of any other: letters and digits.
    package init(_ agents: SignInLoad, partnerID: PartnerID, messages: Int, name: String) {
        (self.agents, self.partnerID, self.messages, self.name) = (agents, partnerID, messages, name)
    }

    package func run(_ bounds: LoadBounds) async -> Duration {
        guard let tokens = try? await agents.tokens(bounds) else { return .zero }
        return await bounds.run { number in try await session(number, token: tokens[number % tokens.count]) }
    }

    private func session(_ number: Int, token: String) async throws {
        let visitorID = "load-\(name)-\(number)"
        let body = [ParameterName.groupID: partnerID.text, ParameterName.visitorID: visitorID]
        let visit = try await open("visit", number, Path.visits, body)
        let start = ContinuousClock.now
        try await recorder.converse("visitor connects", at: visit.server) { visitor in
            try await visitor.connect(visit.serverKey, until: .connected)
            recorder.succeeded("visitor connects", since: start)
            let members = [
                ParameterName.action: SessionRequestKind.join.rawValue, ParameterName.visitorID: visitorID,
            ]
            let admission = try await open("join", number + 1, Path.sessions, members, token: token)
            let start = ContinuousClock.now
            try await recorder.converse("agent connects, live", at: admission.server) { agent in
                try await meet(&agent, &visitor, admission.serverKey)
                recorder.succeeded("agent connects, live", since: start)
                for index in 0..<messages { try await exchange(index, &agent, &visitor) }
                try await leave(&agent, &visitor)
            }
        }
    }

    private func open(
        _ operation: String,
        _ number: Int,
        _ path: String,
        _ members: [String: String],
        token: String? = nil
    ) async throws -> SessionAdmission {
        try await recorder.measure(operation) {
            let answer = try await target.browser(number).postJSON(path, members, token: token)
            let admission = try answer.admission()
            try target.check(admission.server)
            return admission
        }
    }

    /// From the agent's connection to the live session; the visitor agrees at once.
    private func meet(
        _ agent: inout SessionClient.Conversation,
        _ visitor: inout SessionClient.Conversation,
        _ serverKey: String
    ) async throws {
        try await agent.connect(serverKey, until: .consentPending)
        _ = try await visitor.next(until: .consentAsked)
        try await visitor.send(.accept())
        _ = try await visitor.next(until: .active)
        _ = try await agent.next(until: .active)
    }

    private func exchange(
        _ index: Int,
        _ agent: inout SessionClient.Conversation,
        _ visitor: inout SessionClient.Conversation
    ) async throws {
        let message = ParticipantCommand.message("message \(index) of a load test")
        try await recorder.measure("message") {
            if index.isMultiple(of: 2) {
                try await agent.send(message)
                _ = try await visitor.next(until: .message)
            } else {
                try await visitor.send(message)
                _ = try await agent.next(until: .message)
            }
        }
    }

    private func leave(
        _ agent: inout SessionClient.Conversation,
        _ visitor: inout SessionClient.Conversation
    ) async throws {
        try await recorder.measure("leave") {
            try await agent.send(.leave)
            _ = try await visitor.next(until: .ended)
        }
    }
}
