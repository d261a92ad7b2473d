internal import Foundation

/// What the client is configured for.
///
/// No URL ever changes it.
package struct ClientConfiguration: Codable, Equatable, Sendable {
    /// The servers, `https://host[:port]`; a URL that names none is for the first.
    package var servers: [String] = []
    /// What is done with questions: `ask`, `confirm` or `decline`.
    package var questions: QuestionPolicy?
    /// Whether a window is shown where there is a desktop.
    package var window: Bool?
    /// PEM file with certificates that are trusted besides the system's.
    package var certificateAuthorityFile: String?

    /// Makes a configuration without servers, which asks its questions.
    package init() {}

    /// Reads the file; what is missing has its default.
    ///
    /// - Throws: ``ClientError``, naming the file.
    package init(_ files: ClientFiles) throws {
        guard let data = FileManager.default.contents(atPath: files.configuration.path) else { return }
        do {
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch {
            throw ClientError("\(files.configuration.path) cannot be read; it has to be {\"servers\": [\"https://…\"]}")
        }
        if let wrong = servers.first(where: { ServerAddress($0) == nil }) {
            throw ClientError("\(files.configuration.path): \"\(wrong)\" is not https://host or https://host:port")
        }
    }

    /// Writes the file.
    package func save(_ files: ClientFiles) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: files.configuration, options: .atomic)
    }
}
