internal import Accounts
internal import Foundation
internal import ServerApp

/// Reads a file of ``AuditLine``s, however large it is.
struct AuditLineReader {
    let path: String

    /// Reads all lines.
    ///
    /// - Parameters:
    ///   - handle: The file, from its current position.
    ///   - body: Gets each row.
    /// - Returns: How many bytes the complete lines have, and what follows them.
    /// - Throws: ``CommandFailure`` for a line that is no row, and what `body` throws.
    func read(_ handle: FileHandle, _ body: (AuditRow) throws -> Void) throws -> (length: UInt64, rest: Data) {
        let decoder = JSONDecoder()
        var (rest, length, number) = (Data(), UInt64(0), 0)
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
            rest += chunk
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                number += 1
                try body(try row(of: rest[start..<end], number, decoder))
                start = end + 1
            }
            length += UInt64(start - rest.startIndex)
            rest = Data(rest[start...])
        }
        return (length, rest)
    }

    private func row(of line: Data, _ number: Int, _ decoder: JSONDecoder) throws -> AuditRow {
        guard let row = try? decoder.decode(AuditLine.self, from: line).auditRow else {
            throw CommandFailure("\(path): line \(number) is not a row of an audit")
        }
        return row
    }
}
