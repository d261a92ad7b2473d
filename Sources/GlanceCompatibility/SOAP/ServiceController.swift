internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import WireCodec

/// Puts a service on its paths: SOAP at the service's own, forms and JSON at `<path>/<operation>`, the WSDL at `?WSDL`.
///
/// Everything but the WSDL is a POST: credentials in a URL would end up in logs.
struct ServiceController: Sendable {
    let service: ServiceDescription
    let site: WebSite
    let signInService: SignInService

    private var crossOrigin: CrossOrigin { CrossOrigin(ownOrigins: site.ownOrigins) }

    func addRoutes(to router: Router<WebContext>) {
        let path = RouterPath(service.path)
        router.get(path) { request, _ in
            describe(request)
        }
        router.post(path) { request, context in
            await answerSOAP(request, context)
        }
        for operation in service.operations {
            router.post(RouterPath("\(service.path)/\(operation.name)")) { request, context in
                await answer(request, operation, context)
            }
        }
    }

    // MARK: WSDL

    private func describe(_ request: Request) -> Response {
        var fields = FieldSet()
        let isReadable = (try? fields.add(query: request.uri.query ?? "")) != nil
        let address = site.publicURL.text + service.path
        guard isReadable, fields["wsdl"] != nil else { return .text(service.summary(at: address)) }
        return .xml(WSDL(service: service, address: address).document)
    }

    // MARK: SOAP

    private func answerSOAP(_ request: Request, _ context: WebContext) async -> Response {
        do {
            let body = try await Self.body(of: request)
            guard SOAPText.fits(request.headers[.contentType], body) else { throw SOAPError.notUTF8 }
            let soap = try SOAPRequest(parsing: body)
            guard let operation = service.operation(soap.operation) else { throw SOAPError.unknownOperation }
            var fields = soap.fields
            try fields.add(query: request.uri.query ?? "")
            let answer = try await operation.answer(call(fields, request, context))
            return .xml(operation.envelope(answer))
        } catch {
            let fault = SOAPFault((error as? FieldError).map(SOAPError.unreadableParameter) ?? error)
            log(error, fault.answer, request, context)
            // SOAP 1.1 section 6.2: a fault is a 500, whoever is at fault.
            return .xml(fault.envelope(context.correlationID), status: .internalServerError)
        }
    }

    // MARK: Forms and JSON

    /// Answers a call; a page of an origin of the group that `partnerid` names reads it, also where it is refused.
    private func answer(_ request: Request, _ operation: ServiceOperation, _ context: WebContext) async -> Response {
        var (body, response): ([UInt8], Response)
        do {
            body = try await Self.body(of: request)
            response = await answer(request, body, operation, context)
        } catch {
            body = []
            response = failure(error, isJSON: request.head.saysJSON, request, context)
        }
        let origin = RequestOrigin(request, own: site.ownOrigins)
        await crossOrigin.allow(
            origin,
            byGroupNamedIn: body,
            of: request.head,
            context,
            signInService,
            on: &response.headers
        )
        return response
    }

    private func answer(
        _ request: Request,
        _ body: [UInt8],
        _ operation: ServiceOperation,
        _ context: WebContext
    ) async -> Response {
        let isJSON = request.head.hasJSON(body)
        do {
            let fields = try Self.fields(request.head, body)
            let answer = try await operation.answer(call(fields, request, context))
            return isJSON ? .json(answer.json) : .xml(answer.document)
        } catch {
            return failure(error, isJSON: isJSON, request, context)
        }
    }

    private func failure(_ error: any Error, isJSON: Bool, _ request: Request, _ context: WebContext) -> Response {
        let answer = AnswerError(error)
        log(error, answer, request, context)
        guard !isJSON else { return answer.response(correlationID: context.correlationID) }
        return .xml(answer.document(context.correlationID), status: answer.status)
    }

    private static func fields(_ head: HTTPRequest, _ body: [UInt8]) throws(AnswerError) -> FieldSet {
        do {
            return try FieldSet(head: head, body: body)
        } catch {
            throw .badRequest(
                "The parameters cannot be read: each is given once, as name=value. In a value, write & as %26 and % as %25."
            )
        }
    }

    // MARK: What all styles share

    private static func body(of request: Request) async throws(AnswerError) -> [UInt8] {
        guard let collected = try? await request.body.collect(upTo: Request.maximumFieldBytes) else {
            throw .tooLarge
        }
        return Array(collected.readableBytesView)
    }

    private func call(_ fields: FieldSet, _ request: Request, _ context: WebContext) -> ServiceCall {
        ServiceCall(
            fields: fields,
            namesInURL: request.fieldsInURL.names,
            context: context,
            origin: RequestOrigin(request, own: site.ownOrigins)
        )
    }

    private func log(_ error: any Error, _ answer: AnswerError, _ request: Request, _ context: WebContext) {
        if answer == .unavailable { context.logFailure(error, path: request.uri.path) }
    }
}

extension Response {
    fileprivate static func text(_ text: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}

extension ServiceDescription {
    /// What somebody reads who opens the service's address.
    fileprivate func summary(at address: String) -> String {
        let lines = operations.map { "  \($0.name): \($0.parameters.map(\.name).joined(separator: ", "))" }
        return """
            \(name)
            SOAP 1.1: POST \(address), described by \(address)?WSDL
            Forms and JSON: POST \(address)/<operation>

            Operations and their parameters
            \(lines.joined(separator: "\n"))

            """
    }
}
