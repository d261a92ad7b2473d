package import Accounts
package import Authentication
package import Logging
package import LoginKey
internal import Metrics
internal import Synchronization
package import WireCodec

/// The way of every sign-in from HTTP: limits, then ``Authenticator``, then one uniform answer.
package final class SignInService: Sendable {
    /// How much is let through.
    package struct Limits: Sendable {
        /// Refusals by source; a source without tokens is no longer looked at.
        package var refusals = RateLimiter.Rate(burst: 200, perSecond: 5)
        /// Grants by group: bounds a runaway integration, and only requests with valid credentials count.
        package var grants = RateLimiter.Rate(burst: 5000, perSecond: 2000)
        /// Wrong codes of second factors by user: of a million codes three are right at a time.
        package var codes = RateLimiter.Rate(burst: 6, perSecond: 1.0 / 300)
        /// Requests for links that set a new password, by source.
        package var linkRequests = RateLimiter.Rate(burst: 20, perSecond: 1.0 / 30)
        /// Such links by user, so that nobody's mailbox can be filled.
        package var links = RateLimiter.Rate(burst: 3, perSecond: 1.0 / 600)

        /// The usual limits.
        package init() {}
    }

    /// Who decides.
    package let authenticator: Authenticator
    /// Asking for sessions and visitors that do not exist, in whatever way: by ``Authentication/Grant/rateLimitKey``
    /// (`docs/threats.md#guessing`).
    package let guesses: RateLimiter
    /// Asking which groups exist, in whatever way, without having signed in.
    private let groupQuestions = GroupQuestions()
    private let logger: Logger
    /// The limiters that let through one node's part, and how many nodes there are.
    private let shared: Mutex<(limiters: [RateLimiter], nodes: Int)>
    let refusals: RateLimiter
    private let grants: RateLimiter
    /// By ``Accounts/User``, whoever it is who tries.
    let codes: RateLimiter
    let linkRequests: RateLimiter
    /// By ``Accounts/User``.
    let links: RateLimiter
    private let granted = Counter(label: "latchkey_sign_ins_total", dimensions: [("outcome", "granted")])
    private let authorized = Counter(label: "latchkey_authorized_calls_total")
    private let refused = Counter(label: "latchkey_sign_ins_total", dimensions: [("outcome", "refused")])

    /// Makes the service with full buckets.
    package init(authenticator: Authenticator, limits: Limits = Limits(), logger: Logger) {
        self.authenticator = authenticator
        self.logger = logger
        self.guesses = RateLimiter(RateLimiter.Rate(burst: 120, perSecond: 1))
        self.refusals = RateLimiter(limits.refusals)
        self.grants = RateLimiter(limits.grants)
        self.codes = RateLimiter(limits.codes)
        self.linkRequests = RateLimiter(limits.linkRequests)
        self.links = RateLimiter(limits.links)
        self.shared = Mutex(([guesses, refusals, grants, codes, linkRequests, links, groupQuestions.budget], 1))
    }

    /// Changes how much is let through.
    package func change(_ limits: Limits) {
        refusals.change(to: limits.refusals)
        grants.change(to: limits.grants)
        codes.change(to: limits.codes)
        linkRequests.change(to: limits.linkRequests)
        links.change(to: limits.links)
    }

    /// Sets how many nodes there are: each lets through its part.
    package func share(among nodes: Int) {
        shared.withLock { shared in
            guard nodes != shared.nodes else { return }
            shared.nodes = nodes
            for limiter in shared.limiters { limiter.share(among: nodes) }
        }
    }

    /// Makes a limiter for something else, with full buckets; all nodes together let its rate through.
    package func limiter(_ rate: RateLimiter.Rate) -> RateLimiter {
        let limiter = RateLimiter(rate)
        shared.withLock { shared in
            limiter.share(among: shared.nodes)
            shared.limiters.append(limiter)
        }
        return limiter
    }

    /// The group that a caller who has not signed in names.
    ///
    /// - Parameters:
    ///   - partnerID: Its id.
    ///   - source: Who asks, an address.
    ///   - milliseconds: Now, in Unix milliseconds.
    /// - Returns: The group; `nil` if it does not exist.
    /// - Throws: ``AnswerError/tooManyRequests`` for a source that has asked about too many groups, or an error of the store.
    package func group(_ partnerID: PartnerID, askedBy source: String, at milliseconds: Int64) async throws -> Group? {
        try await groupQuestions.find(partnerID, from: source, at: milliseconds) {
            try await authenticator.store.group($0)
        }
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

    /// Who a browser's cookie says is signed in.
    package func authorize(sessionID: String, attempt: Attempt) async throws(AnswerError) -> Grant {
        try await pass(attempt, isSignIn: false) { () async throws(AccountsError) in
            try await authenticator.authorize(sessionID: sessionID, attempt: attempt)
        }
    }

    /// Lets the bearer of a token in.
    package func authorize(token: String?, attempt: Attempt) async throws(AnswerError) -> Grant {
        try await pass(attempt, isSignIn: false) { () async throws(AccountsError) in
            try await authenticator.authorize(token: token ?? "", attempt: attempt)
        }
    }

    /// Lets the bearer of a token in, of ours or of an identity provider of the group.
    package func authorize(ownOrOpenIDToken token: String?, attempt: Attempt) async throws(AnswerError) -> Grant {
        guard let token, authenticator.isForeign(token) else {
            return try await authorize(token: token, attempt: attempt)
        }
        return try await pass(attempt) { () async throws(AccountsError) in
            try await authenticator.authenticate(openIDToken: token, attempt: attempt)
        }
    }

    /// Signs in a user whom an identity provider has sent back.
    ///
    /// - Throws: As ``signIn(_:attempt:)``; ``AnswerError/unavailable`` if the provider did not answer.
    package func signIn(_ answer: ProviderAnswer, attempt: Attempt) async throws(AnswerError) -> Grant {
        try await pass(attempt) { () async throws(AccountsError) in
            try await authenticator.authenticate(answer, attempt: attempt)
        }
    }

    /// Signs in a user whom a SAML provider has sent back.
    ///
    /// - Throws: As ``signIn(_:attempt:)``; ``AnswerError/unavailable`` if signatures cannot be checked.
    package func signIn(_ answer: SAMLAnswer, attempt: Attempt) async throws(AnswerError) -> Grant {
        try await pass(attempt) { () async throws(AccountsError) in
            try await authenticator.authenticate(answer, attempt: attempt)
        }
    }

    /// Signs in a user with a token of an identity provider, which this uses up.
    ///
    /// - Throws: As ``signIn(_:attempt:)``.
    package func signIn(openIDToken token: String, attempt: Attempt) async throws(AnswerError) -> Grant {
        try await pass(attempt) { () async throws(AccountsError) in
            try await authenticator.authenticate(openIDToken: token, isSpent: true, attempt: attempt)
        }
    }

    /// Lets in a program that presents a group's API key itself.
    package func authorize(
        apiKey: String,
        of partnerID: String,
        attempt: Attempt
    ) async throws(AnswerError) -> Group {
        try await answering(attempt) {
            do {
                return try await authenticator.authenticate(apiKey: apiKey, of: partnerID, attempt: attempt).get()
            } catch let error as AccountsError {
                log(error, attempt)
                throw error
            }
        }
    }

    /// Spends a view ticket.
    package func redeem(ticket: String, attempt: Attempt) async throws(AnswerError) -> Grant {
        try await pass(attempt) { () async throws(AccountsError) in
            try await authenticator.redeem(ticket: ticket, attempt: attempt)
        }
    }

    /// Decides for a source that has not had too many refusals.
    ///
    /// A sign-in, where a credential is exchanged, is counted as one and uses up some of the group's; a call with what was got
    /// by one is counted by itself.
    func pass(
        _ attempt: Attempt,
        isSignIn: Bool = true,
        _ decide: () async throws(AccountsError) -> Decision
    ) async throws(AnswerError) -> Grant {
        guard refusals.take(attempt.source, at: attempt.time) else { throw .tooManyRequests }
        let result: Result<Decision, AccountsError>
        do {
            result = .success(try await decide())
        } catch {
            result = .failure(error)
        }
        return try settle(result, attempt, isSignIn: isSignIn).get()
    }

    /// Signs somebody in with a LoginKey, for a caller that does not suspend: ``signIn(_:attempt:)`` otherwise.
    ///
    /// - Parameters:
    ///   - credentials: The LoginKey and whom it is for.
    ///   - attempt: When, from where, what for.
    ///   - execute: Moves what is left to do to the caller's own thread, so that the store's goes on with the next.
    ///   - completion: Gets the grant or what to answer, there; at once where the limits let nothing through.
    package func signIn(
        _ credentials: LoginKeyCredentials,
        attempt: Attempt,
        execute: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
        completion: @escaping @Sendable (Result<Grant, AnswerError>) -> Void
    ) {
        guard refusals.take(attempt.source, at: attempt.time) else { return completion(.failure(.tooManyRequests)) }
        authenticator.authenticate(credentials, attempt: attempt) { [self] result in
            execute { completion(self.settle(result, attempt)) }
        }
    }

    /// What a decision looks like from outside; counts it for the limits.
    func settle(
        _ result: Result<Decision, AccountsError>,
        _ attempt: Attempt,
        isSignIn: Bool = true
    ) -> Result<Grant, AnswerError> {
        switch result {
        case .success(.refused(.providerUnavailable)):
            // Not the caller's fault.
            count(.providerUnavailable, attempt)
            refusals.giveBack(attempt.source)
            return .failure(.unavailable)
        case .success(.refused(let reason)):
            count(reason, attempt)
            return .failure(.refused)
        case .failure(let error) where error.code == .busy:
            // Whoever floods pays for it.
            return .failure(.tooManyRequests)
        case .failure(let error):
            log(error, attempt)
            refusals.giveBack(attempt.source)
            return .failure(.unavailable)
        case .success(.granted(let grant)):
            refusals.giveBack(attempt.source)
            guard isSignIn, !grant.continuesSignIn else {
                authorized.increment()
                return .success(grant)
            }
            granted.increment()
            let isWithinLimit = grants.take(grant.group.partnerID.text, at: attempt.time)
            return isWithinLimit ? .success(grant) : .failure(.tooManyRequests)
        }
    }

    /// Counts a refusal that is in the audit and writes its line; how many lines a source can cause is bounded by its limit.
    package func count(_ reason: RefusalReason, _ attempt: Attempt) {
        count(reason.description, attempt)
    }

    private func count(_ reason: String, _ attempt: Attempt) {
        refused.increment()
        Counter(label: "latchkey_refusals_total", dimensions: [("reason", reason)]).increment()
        logger.notice(
            "sign-in refused",
            metadata: [
                "reason": "\(reason)", "correlation.id": "\(attempt.correlationID)", "source": "\(attempt.source)",
            ]
        )
    }

    private func log(_ error: any Error, _ attempt: Attempt) {
        logger.error(
            "nothing could be decided",
            metadata: ["error": "\(error)", "correlation.id": "\(attempt.correlationID)"]
        )
    }

    /// Runs a handler that may end in a refusal, for sources that have not had too many.
    ///
    /// The token is taken before and given back after a success, so that many attempts at once count too.
    ///
    /// - Throws: What an error of any kind is to the outside.
    package func answering<Value: Sendable>(
        _ attempt: Attempt,
        _ body: () async throws -> Value
    ) async throws(AnswerError) -> Value {
        guard refusals.take(attempt.source, at: attempt.time) else { throw .tooManyRequests }
        do {
            let value = try await body()
            refusals.giveBack(attempt.source)
            return value
        } catch {
            let answer = AnswerError(error)
            if answer == .refused {
                count((error as? SignInRefusal)?.reason.description ?? "other", attempt)
            } else {
                refusals.giveBack(attempt.source)
            }
            throw answer
        }
    }
}
