internal import ServerApp
internal import WireProtocol

/// Agents who sign in.
package struct SignInLoad: LoadScenario {
    let target: LoadTarget
    let credentials: LoadCredentials
    let recorder: LoadRecorder

    /// Makes it.
    package init(_ target: LoadTarget, _ credentials: LoadCredentials, _ recorder: LoadRecorder) {
        (self.target, self.credentials, self.recorder) = (target, credentials, recorder)
    }

    package func run(_ bounds: LoadBounds) async -> Duration {
        var bounds = bounds
        bounds.count = min(bounds.count, credentials.count)
        return await bounds.run { number in _ = try await signIn(number) }
    }

    /// Signs one in.
    ///
    /// - Parameters:
    ///   - number: Which credential, and at which server.
    ///   - service: What the token is for.
    /// - Returns: The token.
    /// - Throws: ``NotedFailure``.
    func signIn(_ number: Int, for service: TokenService = .webServices) async throws -> String {
        try await recorder.measure("sign-in") {
            let form = try credentials.form(number)
            let path = "\(Path.authorize)?\(ParameterName.service)=\(service.rawValue)"
            let answer = try await target.browser(number).post(path, body: form)
            guard let token = service.token(in: Array(answer.text.utf8)) else {
                throw CommandFailure("the answer to a sign-in has no token")
            }
            return token
        }
    }

    /// Signs in as many as work at once.
    ///
    /// - Throws: ``NotedFailure`` if one is refused: there is no load without agents.
    func tokens(_ bounds: LoadBounds, for service: TokenService = .webServices) async throws -> [String] {
        var tokens: [String] = []
        for number in 0..<min(bounds.concurrency, bounds.count, credentials.count) {
            tokens.append(try await signIn(number, for: service))
        }
        return tokens
    }
}

/// A kind of load.
package protocol LoadScenario: Sendable {
    /// Puts the servers under load; what fails is noted by the recorder.
    ///
    /// - Returns: How long it took, without signing in for it.
    func run(_ bounds: LoadBounds) async -> Duration
}
