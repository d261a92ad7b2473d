internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import WireCodec

/// The Partner User API (`docs/protocol.md#user-api`): forms in, XML out.
struct UserAPIController: Sendable {
    let signInService: SignInService

    func addRoutes(to router: Router<WebContext>) {
        for operation in UserAPIOperation.allCases {
            router.post(RouterPath(operation.path)) { request, context in
                await respond(to: request, operation, context)
            }
        }
    }

    private func respond(
        to request: Request,
        _ operation: UserAPIOperation,
        _ context: WebContext
    ) async -> Response {
        do throws(UserAPIError) {
            let form = try UserAPIForm(await Self.fields(of: request), for: operation)
            let call = try operation.call.init(form)
            let administration = try await signIn(form, context)
            let userAPI = UserAPIContext(
                authenticator: signInService.authenticator,
                administration: administration,
                now: context.seconds
            )
            return .xml(try await call.run(at: userAPI))
        } catch {
            return error.response(context.correlationID)
        }
    }

    private func signIn(_ form: UserAPIForm, _ context: WebContext) async throws(UserAPIError) -> AdministrationContext
    {
        let attempt = context.attempt(
            "user API",
            mustBeAdministrator: true,
            onlyGroup: try form.group(),
            loginKeyPurpose: .administer
        )
        let credentials = Result { () throws(FieldError) in try form.credentials() }
        do {
            return AdministrationContext(
                try await signInService.signIn(credentials, attempt: attempt),
                attempt,
                by: "papi"
            )
        } catch {
            throw UserAPIError(error)
        }
    }

    /// Reads a form; the query may have nothing in it, because URLs end up in logs.
    private static func fields(of request: Request) async throws(UserAPIError) -> FieldSet {
        guard request.uri.query?.isEmpty ?? true else { throw inURL }
        let mediaType = request.headers[.contentType]?.lowercased() ?? form
        guard mediaType.hasPrefix(form) else { throw notAForm }
        guard let collected = try? await request.body.collect(upTo: Request.maximumFieldBytes) else {
            throw UserAPIError(AnswerError.tooLarge)
        }
        do {
            var fields = FieldSet()
            try fields.add(form: Array(collected.readableBytesView))
            return fields
        } catch {
            throw UserAPIError(error)
        }
    }

    private static let form = "application/x-www-form-urlencoded"
    private static let inURL = UserAPIError(
        .parametersInURL,
        "All parameters belong into the body: what stands in a URL ends up in logs and histories."
    )
    private static let notAForm = UserAPIError(
        .unsupportedMediaType,
        "The body is a form, application/x-www-form-urlencoded."
    )
}

extension UserAPIError {
    /// What every method but POST is answered with.
    static let onlyPost = Self(
        .methodNotAllowed,
        "Send a form by POST: credentials in a URL end up in logs and histories."
    )

    /// Why parameters could not be read.
    init(_ error: FieldError) {
        switch error {
        case .duplicate: self.init(.duplicateParameter, "A parameter is given twice.")
        case .malformed:
            self.init(
                .malformedRequest,
                "The form cannot be read: an escape or a name is broken, or an & within a value is not escaped."
            )
        case .tooMany: self.init(.malformedRequest, "There are more than \(FieldSet.maximumCount) parameters.")
        }
    }
}
