internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
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

    /// Takes a password: answers with the page, or with the step that comes next.
    func enter(
        _ entered: EnteredPassword,
        _ request: Request,
        _ context: WebContext,
        _ values: FieldSet,
        path: String
    ) async throws -> Response {
        let isForEnrolment = path == Path.secondFactor
        let answer = try await signInService.signIn(
            entered.username,
            password: entered.password,
            isForEnrolment: isForEnrolment,
            attempt: entered.attempt
        )
        switch answer {
        case .signedIn(let grant):
            return try await welcome(grant, request, context, values, path: path)
        case .awaits(.code(let factor), let user):
            let step = PasswordVisit.Step.code(factor: factor.number)
            return try ask(user, for: step, isForEnrolment, request, context, (path, pageQuery(values)))
        case .awaits(.enrolment, let user):
            return try ask(user, for: newApp(for: user), false, request, context, (path, pageQuery(values)))
        }
    }

    /// The step that sets a new app up, with a new secret.
    func newApp(for user: User) -> PasswordVisit.Step {
        var generator = random.generator
        return .enrolment(
            secret: OneTimeCodes(using: &generator).text,
            replacing: user.secondFactorID?.number ?? 0
        )
    }

    /// Sends the browser to the next step, bound to it by a cookie.
    func ask(
        _ user: User,
        for step: PasswordVisit.Step,
        _ isForEnrolment: Bool,
        _ request: Request,
        _ context: WebContext,
        _ target: (page: String, query: String)
    ) throws -> Response {
        let visit = PasswordVisit(
            of: user,
            step: step,
            isForEnrolment: isForEnrolment,
            page: target.page,
            query: target.query,
            correlationID: context.correlationID,
            at: context.seconds,
            random: random
        )
        var response = Response(status: .seeOther, headers: [.location: Path.passwordCode])
        try stepCookie.set(visit, on: &response, for: request)
        return response
    }
}
