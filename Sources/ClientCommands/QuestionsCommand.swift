internal import AgentClient
internal import ArgumentParser

/// `latchkey-client questions`.
struct QuestionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions",
        abstract: "Set what to do before another user or a new group is signed in: ask, confirm or decline."
    )

    @Argument(help: "ask, confirm (yes to all; for computers that an administrator looks after) or decline.")
    var policy: QuestionPolicy

    func run() async throws {
        try ClientConfiguration.change { $0.questions = policy }
    }
}

extension QuestionPolicy: ExpressibleByArgument {}
