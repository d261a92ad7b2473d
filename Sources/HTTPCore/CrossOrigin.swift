package import Accounts
package import Authentication
package import HTTPTypes
package import Hummingbird
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// Lets pages of a group's listed origins call a service, and no others (Fetch standard, "CORS protocol").
package struct CrossOrigin: Sendable {
    private let ownOrigins: Set<Origin>
    private let methods: String

    /// Makes the rule.
    ///
    /// - Parameters:
    ///   - ownOrigins: The origins of our own pages, which need no permission.
    ///   - methods: What a preflight allows, with commas between them.
    package init(ownOrigins: Set<Origin>, methods: String = "POST") {
        self.ownOrigins = ownOrigins
        self.methods = methods
    }

    /// Answers a browser that asks whether a page of another origin may call; the query's `groupid` says whose list counts.
    ///
    /// - Throws: ``AccountsError``.
    package func preflight(
        _ request: Request,
        _ context: WebContext,
        _ signInService: SignInService
    ) async throws -> Response {
        var response = Response(status: .noContent)
        guard let group = try await group(named: request, context, signInService) else { return response }
        allow(RequestOrigin(request, own: ownOrigins), by: group, on: &response.headers)
        if response.headers[.accessControlAllowOrigin] != nil {
            response.headers[.accessControlAllowMethods] = methods
            response.headers[.accessControlAllowHeaders] = "content-type, authorization"
            response.headers[.accessControlMaxAge] = "600"
        }
        return response
    }

    /// Runs a service; a page can read refusals too, if its origin is on the list of the group that the query's
    /// `groupid` names.
    package func answering(
        _ request: Request,
        _ context: WebContext,
        _ signInService: SignInService,
        _ body: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await body()
        } catch {
            let origin = RequestOrigin(request, own: ownOrigins)
            let answer = AnswerError(error)
            guard case .foreign = origin, answer != .unavailable,
                let group = try await group(named: request, context, signInService)
            else { throw error }
            var response = answer.response(correlationID: context.correlationID)
            allow(origin, by: group, on: &response.headers)
            return response
        }
    }

    /// The group; `nil` also for a source that has asked about too many.
    private func group(
        named request: Request,
        _ context: WebContext,
        _ signInService: SignInService
    ) async throws -> Group? {
        var fields = FieldSet()
        guard (try? fields.add(query: request.uri.query ?? "")) != nil,
            let text = fields.nonEmpty(ParameterName.groupID), let partnerID = try? PartnerID(parsing: text)
        else { return nil }
        do {
            return try await signInService.group(partnerID, askedBy: context.source, at: context.time)
        } catch AnswerError.tooManyRequests {
            return nil
        }
    }

    /// Lets a page read an answer, refusals too, if its origin is on the list of the group that `partnerid` names.
    ///
    /// What cannot be read completely is read as far as possible: the page then learns what is wrong with it. An answer to what
    /// names no group is about none, and read from the origins of all.
    package func allow(
        _ origin: RequestOrigin,
        byGroupNamedIn body: [UInt8],
        of head: HTTPRequest,
        _ context: WebContext,
        _ signInService: SignInService,
        on headers: inout HTTPFields
    ) async {
        guard case .foreign(.some) = origin else { return }
        var fields = FieldSet()
        try? fields.add(query: head.path?.split(separator: "?", maxSplits: 1).dropFirst().first ?? "")
        if head.hasJSON(body) { try? fields.add(json: body) } else { try? fields.add(form: body) }
        guard let text = fields.nonEmpty(ParameterName.partnerID) else {
            let group = try? await signInService.authenticator.store.groups().first { isListed(origin, by: $0) }
            return group.map { allow(origin, by: $0, on: &headers) } ?? ()
        }
        guard let partnerID = try? PartnerID(parsing: text),
            let group = try? await signInService.group(partnerID, askedBy: context.source, at: context.time)
        else {
            return
        }
        allow(origin, by: group, on: &headers)
    }

    /// Lets pages of every site read an answer that is the same for all.
    package static func allowEverybody(on fields: inout HTTPFields) {
        fields[.accessControlAllowOrigin] = "*"
        fields[.resourcePolicy] = "cross-origin"
    }

    private func isListed(_ origin: RequestOrigin, by group: Group) -> Bool {
        if case .foreign(let origin?) = origin { group.embeddingOrigins.contains(origin) } else { false }
    }

    /// Lets the page read an answer, if its origin is on the group's list.
    package func allow(_ origin: RequestOrigin, by group: Group, on fields: inout HTTPFields) {
        guard isListed(origin, by: group), case .foreign(let origin?) = origin else { return }
        fields[.accessControlAllowOrigin] = origin.text
        fields[.accessControlExposeHeaders] = HTTPField.Name.correlationID.rawName
        fields[.vary] = "Origin"
        fields[.resourcePolicy] = "cross-origin"
    }
}
