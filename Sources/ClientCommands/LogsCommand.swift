internal import AgentClient
internal import ArgumentParser
internal import Foundation

/// `latchkey-client logs`.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Print the client's log.")

    @Option(help: "How many lines, the newest.") var lines = 200

    func run() async throws {
        let data = FileManager.default.contents(atPath: try ClientFiles.own().log.path) ?? Data()
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(max(lines, 1)) {
            print(line)
        }
    }
}
