internal import Foundation
internal import Logging
internal import Synchronization

/// What the server's log looks like, and from which level on; the level can be changed while it runs.
final class LogOutput: Sendable {
    /// How a line is written.
    enum Format: String, CaseIterable {
        case text
        case json
    }

    private let level: Mutex<Logger.Level>

    init(level: Logger.Level) {
        self.level = Mutex(level)
    }

    func change(to level: Logger.Level) {
        self.level.withLock { $0 = level }
    }

    /// A logger whose level follows.
    func logger(format: Format) -> Logger {
        Logger(label: "latchkey") { label in
            let handler: any LogHandler =
                format == .json ? JSONLogHandler() : StreamLogHandler.standardError(label: label)
            return Handler(base: handler, output: self)
        }
    }

    private struct Handler: LogHandler {
        var base: any LogHandler
        let output: LogOutput

        var logLevel: Logger.Level {
            get { output.level.withLock { $0 } }
            set { base.logLevel = newValue }
        }

        var metadata: Logger.Metadata {
            get { base.metadata }
            set { base.metadata = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { base[metadataKey: key] }
            set { base[metadataKey: key] = newValue }
        }

        func log(event: LogEvent) {
            base.log(event: event)
        }
    }
}

/// A line of JSON for each event on standard error: `time`, `level`, `message`, and what belongs to the event.
struct JSONLogHandler: LogHandler {
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = Self.line(event.message.description, event.level, metadata.merging(event.metadata ?? [:]) { $1 })
        line.append(UInt8(ascii: "\n"))
        FileHandle.standardError.write(line)
    }

    static func line(_ message: String, _ level: Logger.Level, _ metadata: Logger.Metadata, at date: Date = Date())
        -> Data
    {
        var object = metadata.mapValues { "\($0)" }
        object["time"] = date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        object["level"] = level.rawValue
        object["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(object)) ?? Data()
    }
}
