internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WebAuthn
internal import WireCodec
internal import WireProtocol

/// What was typed into the prompt.
struct EnteredPassword: Sendable {
    let username: Username
    let password: String
    let attempt: Attempt
}

extension PageSignIn {
    /// The cookie of a sign-in that waits for more than the password.
    var stepCookie: StepCookie {
        StepCookie(
            sealer: signInService.authenticator.signers.passwordVisit,
            isSecure: Origin(site.publicURL) != nil
        )
    }

    /// The host that security keys are asked for; `nil` if the public URL does not have a name that they can be for.
    var relyingParty: RelyingParty? {
        Origin(site.publicURL).flatMap { _ in RelyingParty(site.publicURL) }
    }

    /// What comes after the password: which page of ours, and what the user wants there.
    struct Destination: Sendable {
        let aim: PasswordVisit.Aim
        let page: String
        let query: String
        let isInWindow: Bool
    }

    /// Takes a password: answers with the page, or with the step that comes next.
    func enter(
        _ entered: EnteredPassword,
        _ request: Request,
        _ context: WebContext,
        _ values: FieldSet,
        path: String
    ) async throws -> Response {
        let destination = Destination(
            aim: path == Path.secondFactor ? .changing(values) : .signIn,
            page: path,
            query: pageQuery(values),
            isInWindow: values.nonEmpty(ParameterName.singleSignOn) == Self.window
        )
        let answer = try await signInService.signIn(
            entered.username,
            password: entered.password,
            aim: destination.aim,
            attempt: entered.attempt
        )
        switch answer {
        case .signedIn(let grant):
            return try await welcome(grant, request, context, values, path: path)
        case .awaits(let step, let user):
            return try ask(user, for: step, destination, request, context)
        }
    }

    /// Sends the browser to the next step, bound to it by a cookie.
    func ask(
        _ user: User,
        for next: PasswordOutcome.NextStep,
        _ destination: Destination,
        _ request: Request,
        _ context: WebContext
    ) throws -> Response {
        let visit = PasswordVisit(
            of: user,
            step: step(next, of: user),
            aim: destination.aim,
            isInWindow: destination.isInWindow,
            page: destination.page,
            query: destination.query,
            correlationID: context.correlationID,
            at: context.seconds,
            random: random
        )
        var response = Response(status: .seeOther, headers: [.location: Path.passwordCode])
        try stepCookie.set(visit, on: &response, for: request)
        return response
    }

    private func step(_ next: PasswordOutcome.NextStep, of user: User) -> PasswordVisit.Step {
        let current = user.secondFactorID?.number ?? 0
        switch next {
        case .code(let factor): return .code(factor: factor.number)
        case .securityKey: return .securityKey(replacing: current)
        case .enrolment:
            var generator = random.generator
            return .enrolment(secret: OneTimeCodes(using: &generator).text, replacing: current)
        }
    }
}

extension PasswordVisit.Aim {
    /// The word of a form that asks for a security key.
    static let securityKeyWord = "security-key"
    /// The word of a form that removes one.
    static let removalWord = "removal"

    /// What a user wants at the page of the second factor.
    static func changing(_ values: FieldSet) -> Self {
        switch values.nonEmpty(ParameterName.aim) {
        case securityKeyWord: return .securityKey
        case removalWord:
            let key = values.nonEmpty(ParameterName.securityKey).flatMap { Int64($0) }
            return .removal(key: key ?? 0)
        default: return .app
        }
    }
}
