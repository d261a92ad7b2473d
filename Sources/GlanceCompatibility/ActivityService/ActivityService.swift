internal import Accounts
internal import Authentication
internal import HTTPCore
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// ActivityService (`docs/protocol.md#activity-service`): reports for a program that has a group's API key.
struct ActivityService: Sendable {
    let signInService: SignInService

    private var store: any SessionStore { signInService.authenticator.store }

    /// The service's operations.
    var description: ServiceDescription {
        ServiceDescription(
            name: "ActivityService",
            path: Path.activityService,
            operations: [
                ServiceOperation("PartnerSessionCounts", Self.counted, lists: SessionCountRecord.self) { call in
                    try await count(call, .started)
                },
                ServiceOperation("PartnerSessionCountsEnding", Self.counted, lists: SessionCountRecord.self) { call in
                    try await count(call, .ended)
                },
                ServiceOperation("PartnerSessionDetails", Self.listed, lists: SessionDetail.self) { call in
                    try await list(call).map { SessionDetail(session: $0, now: call.context.seconds) }
                },
                ServiceOperation("PartnerGuestDetails", Self.listed, lists: GuestDetail.self) { call in
                    try await list(call).map { GuestDetail(session: $0) }
                },
            ]
        )
    }

    private static let counted = parameters(ServiceParameter("status"))
    private static let listed =
        parameters(ServiceParameter("status", isOptional: true)) + [
            ServiceParameter("pageStart", .number, isOptional: true),
            ServiceParameter("pageCount", .number, isOptional: true),
        ]

    private static func parameters(_ status: ServiceParameter) -> [ServiceParameter] {
        [
            ServiceParameter("partnerId"), ServiceParameter("apiKey"), ServiceParameter("type"), status,
            ServiceParameter("startRange", .time), ServiceParameter("endRange", .time),
        ]
    }

    /// Counts by type; a type that was asked for is there even if it has no session.
    private func count(
        _ call: ServiceCall,
        _ moment: SessionQuery.Period.Timestamp
    ) async throws -> [SessionCountRecord] {
        let range = try ActivityRange(call.fields, needsStatus: true)
        let group = try await authorize(call)
        var counts = try await store.countSessions(
            matching: range.query(moment),
            of: group.partnerID,
            at: call.context.seconds
        )
        if counts.isEmpty, let kind = range.kind, let status = range.status {
            counts = [SessionCount(kind: kind, status: status, count: 0, averageDuration: 0)]
        }
        return counts.map { SessionCountRecord(count: $0) }
    }

    /// The sessions that became active in the range, the newest first.
    private func list(_ call: ServiceCall) async throws -> [SessionRecord] {
        let range = try ActivityRange(call.fields, needsStatus: false)
        let page = try ActivityPage(call.fields)
        let group = try await authorize(call)
        var query = range.query(.started)
        query.offset = page.start
        query.limit = page.count
        return try await store.sessions(matching: query, of: group.partnerID)
    }

    private func authorize(_ call: ServiceCall) async throws(AnswerError) -> Group {
        guard !call.namesInURL.contains(ParameterName.apiKey) else {
            throw .badRequest("apiKey belongs into the body: what stands in a URL ends up in logs.")
        }
        return try await signInService.authorize(
            apiKey: call.fields[ParameterName.apiKey] ?? "",
            of: call.fields[ParameterName.partnerID] ?? "",
            attempt: call.attempt("ActivityService")
        )
    }
}
