internal import Accounts
package import Authentication
internal import LoginKey
internal import Metrics
package import WireModels

/// The way of every sign-in from HTTP: limits, then ``Authenticator``, then one uniform answer.
package struct SignInGate: Sendable {
    /// How much is let through.
    package struct Limits: Sendable {
        /// Refusals by source; a source without tokens is not looked at any more.
        package var refusals = RateLimiter.Rate(burst: 200, perSecond: 5)
        /// Grants by group: bounds a runaway integration, and only requests with good credentials count.
        package var grants = RateLimiter.Rate(burst: 5000, perSecond: 2000)

        package init() {}
    }

    package let authenticator: Authenticator
    private let refusals: RateLimiter
    private let grants: RateLimiter
    private let granted = Counter(label: "latchkey_sign_ins", dimensions: [("outcome", "granted")])
    private let refused = Counter(label: "latchkey_sign_ins", dimensions: [("outcome", "refused")])

    package init(authenticator: Authenticator, limits: Limits = Limits()) {
        self.authenticator = authenticator
        self.refusals = RateLimiter(limits.refusals)
        self.grants = RateLimiter(limits.grants)
    }

    /// Signs somebody in with credentials.
    ///
    /// - Throws: ``AnswerError/refused`` for every cause alike, ``AnswerError/tooManyRequests`` or
    ///   ``AnswerError/unavailable``.
    package func signIn(
        _ fields: Result<FieldSet, FieldError>,
        attempt: Attempt
    ) async throws(AnswerError) -> Grant {
        try await pass(attempt) { () async throws(AccountsError) in
            switch fields {
            case .success(let fields):
                let credentials = Result { () throws(LoginKeyError) in try Credentials(fields) }
                return try await authenticator.authenticate(credentials, attempt: attempt)
            case .failure:
                return try await authenticator.refuse(.unreadableRequest, attempt: attempt)
            }
        }
    }

    /// Lets the bearer of a token in.
    package func authorize(token: String?, attempt: Attempt) async throws(AnswerError) -> Grant {
        try await pass(attempt) { () async throws(AccountsError) in
            try await authenticator.authorize(token: token ?? "", attempt: attempt)
        }
    }

    /// Spends a view ticket.
    package func redeem(ticket: String, attempt: Attempt) async throws(AnswerError) -> Grant {
        try await pass(attempt) { () async throws(AccountsError) in
            try await authenticator.redeem(ticket: ticket, attempt: attempt)
        }
    }

    private func pass(
        _ attempt: Attempt,
        _ decide: () async throws(AccountsError) -> Decision
    ) async throws(AnswerError) -> Grant {
        let grant = try await limited(attempt) { () async throws(AnswerError) in
            do {
                guard let grant = try await decide().grant else { throw AnswerError.refused }
                return grant
            } catch let error as AnswerError {
                throw error
            } catch {
                throw .unavailable
            }
        }
        granted.increment()
        guard grants.take(grant.group.partnerID.text, at: attempt.time) else { throw .tooManyRequests }
        return grant
    }

    /// Runs what may end in a refusal, for sources that have not had too many.
    ///
    /// The token is taken before and given back after a success, so that many attempts at once count too.
    package func limited<Value: Sendable>(
        _ attempt: Attempt,
        _ body: () async throws(AnswerError) -> Value
    ) async throws(AnswerError) -> Value {
        guard refusals.take(attempt.source, at: attempt.time) else { throw .tooManyRequests }
        do {
            let value = try await body()
            refusals.giveBack(attempt.source)
            return value
        } catch {
            if error == .refused { refused.increment() } else { refusals.giveBack(attempt.source) }
            throw error
        }
    }
}
