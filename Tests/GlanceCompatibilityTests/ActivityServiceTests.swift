import Accounts
import Foundation
import HTTPTypes
import LoginKey
import Testing
import WireCodec
import WireProtocol

@testable import GlanceCompatibility

@Suite struct ActivityServiceTests {
    let office: TwoGroups

    /// Ten days, ending a day after now.
    private static let from = UTCTime(seconds: TwoGroups.now - 9 * 86_400).text
    private static let until = UTCTime(seconds: TwoGroups.now + 86_400).text

    private static let apiKey = "a key of these tests, + and & and = included"

    init() async throws {
        office = try await TwoGroups()
        _ = try await office.store.addAPIKey(
            APIKey(text: Self.apiKey),
            label: "",
            to: PartnerID(parsing: "12345"),
            at: TwoGroups.now,
            recording: TwoGroups.event
        )
    }

    private func path(_ operation: String) -> String { "\(Path.activityService)/\(operation)" }

    private func ask(
        _ operation: String,
        type: String? = "",
        status: String? = "C",
        from: String = from,
        until: String = until,
        group: String = "12345",
        apiKey: String? = nil,
        more: String = ""
    ) async throws -> TwoGroups.Answer {
        let key = apiKey ?? Self.apiKey
        let pairs = [
            ("partnerId", group), ("apiKey", key), ("type", type), ("status", status), ("startRange", from),
            ("endRange", until),
        ]
        let form = pairs.compactMap { name, value in value.map { "\(name)=\(PercentEncoding.encode($0))" } }
        return try await office.send(.post, path(operation), body: form.joined(separator: "&") + more)
    }

    /// A session that took `duration` seconds, or is still active.
    private func add(
        _ kind: SessionRecord.Kind,
        _ status: SessionStatus,
        started: Int64,
        duration: Int64? = nil,
        of partnerID: String = "12345",
        visitor: Visitor = Visitor()
    ) async throws {
        var generator = SystemRandomNumberGenerator()
        var session = SessionRecord(
            id: CorrelationID(using: &generator).text,
            partnerID: try PartnerID(parsing: partnerID),
            key: SessionKey.random(using: &generator),
            kind: kind,
            owner: .visitor,
            status: .settingUp,
            server: "one",
            createdAt: TwoGroups.now + started - 10,
            visitor: visitor,
            correlationID: .none
        )
        try await office.store.createSession(session, recording: TwoGroups.event)
        session.status = status
        session.agent = "boss"
        session.startedAt = TwoGroups.now + started
        session.endedAt = duration.map { TwoGroups.now + started + $0 }
        try await office.store.updateSession(session, recording: TwoGroups.event)
    }

    private func rows(_ answer: TwoGroups.Answer, _ name: String) throws -> [[String]] {
        #expect(answer.status == 200, "\(answer.body)")
        let document = try ElementList(answer.body)
        var rows: [[String]] = []
        for element in document.elements.dropFirst() {
            if element.name == name {
                rows.append([])
            } else if let last = rows.indices.last {
                rows[last].append(element.text)
            }
        }
        return rows
    }

    // MARK: Counts

    @Test func `counts by type what became active, and what ended, in the range`() async throws {
        try await add(.cobrowse, .completed, started: -3600, duration: 100)
        try await add(.cobrowse, .completed, started: -7200, duration: 201)
        try await add(.screenShare, .completed, started: -3600, duration: 60)
        try await add(.cobrowse, .unclean, started: -3600, duration: 5)
        try await add(.cobrowse, .active, started: -50)
        try await add(.cobrowse, .completed, started: -10 * 86_400, duration: 2 * 86_400)
        try await add(.cobrowse, .completed, started: -3600, duration: 1, of: "67890")
        let started = try await ask("PartnerSessionCounts")
        #expect(try rows(started, "sessionCount") == [["C", "C", "2", "150"], ["G", "C", "1", "60"]])
        #expect(started.body.contains("<ArrayOfSessionCount xmlns=\"http://www.glancenetworks.com/services\">"))
        let ended = try await ask("PartnerSessionCountsEnding", type: "C")
        #expect(try rows(ended, "sessionCount").map { $0[2] } == ["3"])
        let active = try await ask("PartnerSessionCounts", type: "C", status: "A")
        #expect(try rows(active, "sessionCount") == [["C", "A", "1", "50"]])
        let none = try await ask("PartnerSessionCounts", type: "V")
        #expect(try rows(none, "sessionCount") == [["V", "C", "0", "0"]])
        #expect(try rows(try await ask("PartnerSessionCountsEnding", status: "A"), "sessionCount").isEmpty)
    }

    @Test func `the range has its beginning and not its end, and fractions count`() async throws {
        try await add(.cobrowse, .completed, started: 0, duration: 1)
        let now = UTCTime(seconds: TwoGroups.now).text
        let half = now.replacing(".0000000Z", with: ".5Z")
        let ranges: [(String, String, String)] = [
            (now, Self.until, "1"), (Self.from, now, "0"), (Self.from, half, "1"), (half, Self.until, "0"),
        ]
        for (from, until, count) in ranges {
            let answer = try await ask("PartnerSessionCounts", type: "C", from: from, until: until)
            #expect(try rows(answer, "sessionCount").map { $0[2] } == [count], "\(from) \(until)")
        }
    }

    // MARK: Details

    @Test func `lists sessions and guests by pages, the newest first`() async throws {
        let guest = Visitor(name: "Ann <Smith>", email: "ann@x.example", phone: "+1 555")
        try await add(.cobrowse, .completed, started: -300, duration: 30, visitor: guest)
        try await add(.video, .killed, started: -200, duration: 20)
        try await add(.cobrowse, .active, started: -100)
        try await add(.cobrowse, .completed, started: -100, duration: 1, of: "67890")
        let sessions = try rows(try await ask("PartnerSessionDetails", status: nil), "sessionDetail")
        #expect(sessions.map { Array($0[1...2]) } == [["C", "A"], ["V", "K"], ["C", "C"]])
        #expect(sessions.map(\.count) == [8, 9, 9])
        #expect(sessions[0][5] == "100")
        let begin = UTCTime(seconds: TwoGroups.now - 300).text
        let end = UTCTime(seconds: TwoGroups.now - 270).text
        #expect(Array(sessions[2][4...]) == [begin, end, "30", "boss", "one"])
        let page = try await ask("PartnerSessionDetails", status: nil, more: "&pageStart=1&pageCount=1")
        #expect(try rows(page, "sessionDetail") == [sessions[1]])
        let completed = try await ask("PartnerGuestDetails", type: "C", status: "C")
        let guests = try rows(completed, "guestDetail")
        #expect(guests.map { Array($0[4...]) } == [["Ann <Smith>", "ann@x.example", "+1 555"]])
        #expect(guests[0][0] == sessions[2][0])
    }

    @Test func `answers JSON with JSON`() async throws {
        try await add(.cobrowse, .completed, started: -300, duration: 30)
        let body = """
            {"partnerId":12345,"apiKey":"\(Self.apiKey)","type":"C","status":"C",
            "startRange":"\(Self.from)","endRange":"\(Self.until)"}
            """
        let answer = try await office.send(.post, path("PartnerSessionCounts"), body: body)
        #expect(
            answer.body == #"{"sessionCount":[{"type":"C","status":"C","count":1,"averageDuration":30}]}"#
        )
    }

    // MARK: Refusals

    @Test func `wants the group's own API key, in the body`() async throws {
        #expect(try await ask("PartnerSessionCounts", group: "67890").status == 401)
        #expect(try await ask("PartnerSessionCounts", group: "99999").status == 401)
        #expect(try await ask("PartnerSessionCounts", apiKey: "").status == 401)
        #expect(try await ask("PartnerSessionCounts", apiKey: Self.apiKey + "x").status == 401)
        let body = "partnerId=12345&type=&status=C&startRange=\(Self.from)&endRange=\(Self.until)"
        let target = path("PartnerSessionCounts") + "?apiKey=\(PercentEncoding.encode(Self.apiKey))"
        #expect(try await office.send(.post, target, body: body).status == 400)
    }

    @Test func `says what is wrong with a parameter`() async throws {
        let counts = "PartnerSessionCounts"
        let late = UTCTime(seconds: TwoGroups.now + 22 * 86_400 + 1).text
        let answers = [
            try await ask(counts, type: nil), try await ask(counts, type: "X"), try await ask(counts, type: "c"),
            try await ask(counts, status: nil), try await ask(counts, status: ""), try await ask(counts, status: "X"),
            try await ask(counts, from: "2026-01-31T09:30:00"), try await ask(counts, from: ""),
            try await ask(counts, from: Self.until, until: Self.from), try await ask(counts, until: Self.from),
            try await ask(counts, until: late), try await ask(counts, more: "&pageStart=0"),
            try await ask(counts, more: "&x=1"), try await ask(counts, more: "&TYPE=C"),
            try await ask("PartnerSessionDetails", more: "&pageCount=1001"),
            try await ask("PartnerSessionDetails", more: "&pageCount=0"),
            try await ask("PartnerSessionDetails", more: "&pageStart=-1"),
            try await ask("PartnerGuestDetails", more: "&pageStart=9999999999"),
        ]
        for (number, answer) in answers.enumerated() {
            #expect(answer.status == 400, "\(number)")
            #expect(try ElementList(answer.body).text("code") == "badRequest")
        }
        let month = UTCTime(seconds: TwoGroups.now + 22 * 86_400).text
        #expect(try await ask(counts, until: month).status == 200)
    }
}
