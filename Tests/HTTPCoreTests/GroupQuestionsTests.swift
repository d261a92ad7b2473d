import HTTPCore
import LoginKey
import Testing

@Suite struct GroupQuestionsTests {
    private static let existing = Set(["12345", "54321"])

    /// Whether the question was answered; `nil` if there were too many.
    private static func ask(_ questions: GroupQuestions, _ id: String, from source: String) async throws -> Bool? {
        do {
            let found = try await questions.find(try PartnerID(parsing: id), from: source, at: 0) { partnerID in
                existing.contains(partnerID.text) ? true : nil
            }
            return found ?? false
        } catch AnswerError.tooManyRequests {
            return nil
        }
    }

    @Test func `groups cannot be listed from one network`() async throws {
        let questions = GroupQuestions(RateLimiter.Rate(burst: 60, perSecond: 0.2))
        var answered = 0
        for id in 10_000..<12_000 where try await Self.ask(questions, "\(id)", from: "2001:db8::\(id % 9000)") != nil {
            answered += 1
        }
        #expect(answered == 60)
        // Neither a group that is there nor one that is not gets an answer now.
        #expect(try await Self.ask(questions, "12345", from: "2001:db8::1") == nil)
        #expect(try await Self.ask(questions, "12345", from: "192.0.2.1") == true)
    }

    @Test func `who has found a group may go on asking about it`() async throws {
        let questions = GroupQuestions(RateLimiter.Rate(burst: 3, perSecond: 0))
        for _ in 0..<100 {
            #expect(try await Self.ask(questions, "12345", from: "192.0.2.1") == true)
        }
        for id in 60_000..<60_010 { _ = try await Self.ask(questions, "\(id)", from: "192.0.2.1") }
        #expect(try await Self.ask(questions, "12345", from: "192.0.2.1") == true)
        #expect(try await Self.ask(questions, "54321", from: "192.0.2.1") == nil)
    }
}
