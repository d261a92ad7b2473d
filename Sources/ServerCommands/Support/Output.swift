internal import ArgumentParser
internal import Foundation
internal import SystemSupport

/// How a command prints what it has found.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false

    /// Prints rows: as JSON, or as a table with a column for each of `columns`.
    func print<Row: Encodable>(_ rows: [Row], columns: [(String, (Row) -> String)], empty: String) throws {
        if json { return try printJSON(rows) }
        guard !rows.isEmpty else { return Swift.print(empty) }
        let cells = [columns.map(\.0)] + rows.map { row in columns.map { TerminalText.harmless($0.1(row)) } }
        let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        for row in cells {
            let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            var line = padded.joined(separator: "  ")
            while line.last == " " {
                line.removeLast()
            }
            Swift.print(line)
        }
    }

    /// Prints one value: as JSON, or as the given text.
    func print(_ value: some Encodable, text: String) throws {
        if json { try printJSON(value) } else { Swift.print(TerminalText.harmless(text, keepsLines: true)) }
    }

    private func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
