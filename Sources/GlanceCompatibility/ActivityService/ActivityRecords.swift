internal import Accounts
internal import LoginKey
internal import WireProtocol

// The answers of ActivityService. The details are ours (`docs/protocol.md#activity-service`).

/// How many sessions of one type there were.
struct SessionCountRecord: ServiceRecord {
    static let typeName = "SessionCount"
    static let elementName: StaticString = "sessionCount"
    static let elements: [RecordElement<Self>] = [
        .text("type") { $0.count.kind.rawValue },
        .text("status") { $0.count.status.rawValue },
        .number("count") { Int64($0.count.count) },
        .number("averageDuration") { $0.count.averageDuration },
    ]

    let count: SessionCount
}

/// One session.
struct SessionDetail: ServiceRecord {
    static let typeName = "SessionDetail"
    static let elementName: StaticString = "sessionDetail"
    static let elements: [RecordElement<Self>] = [
        .number("id") { $0.session.number },
        .text("type") { $0.session.kind.rawValue },
        .text("status") { $0.session.status.rawValue },
        .text("key") { $0.session.key.text },
        .time("startTime") { $0.start },
        .time(optional: "endTime") { $0.session.endedAt },
        .number("duration") { $0.duration },
        .text("partnerUserId") { $0.session.agent },
        .text("server") { $0.session.server },
    ]

    let session: SessionRecord
    /// Until when a session that is not over is counted, in Unix seconds.
    let now: Int64

    private var start: Int64 { session.startedAt ?? session.createdAt }
    /// From active to the end, or to now, in seconds.
    private var duration: Int64 { max((session.endedAt ?? now) - start, 0) }
}

/// Who was helped in one session.
struct GuestDetail: ServiceRecord {
    static let typeName = "GuestDetail"
    static let elementName: StaticString = "guestDetail"
    static let elements: [RecordElement<Self>] = [
        .number("id") { $0.session.number },
        .text("type") { $0.session.kind.rawValue },
        .text("key") { $0.session.key.text },
        .time("startTime") { $0.session.startedAt ?? $0.session.createdAt },
        .text("name") { $0.session.visitor.name },
        .text("email") { $0.session.visitor.email },
        .text("phone") { $0.session.visitor.phone },
    ]

    let session: SessionRecord
}
