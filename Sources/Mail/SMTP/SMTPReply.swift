/// What a mail server answers to a command: a code of three digits, and lines of text (RFC 5321 section 4.2).
package struct SMTPReply: Equatable, Sendable {
    /// The code: 200 to 599.
    package let code: Int
    /// The texts behind the code, a line each; never empty.
    package let lines: [String]

    /// Code and texts, for people.
    package var text: String { ([String(code)] + lines.filter { !$0.isEmpty }).joined(separator: " ") }

    /// The code, and the enhanced one where the server has sent it (RFC 3463): nothing else of what it has said.
    var codes: String {
        guard let word = lines[0].split(separator: " ").first, word.utf8.count <= 9 else { return "\(code)" }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        let isEnhanced =
            parts.count == 3
            && parts.allSatisfy { (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy(SMTPReplyReader.isDigit) }
        return isEnhanced ? "\(code) \(word)" : "\(code)"
    }
}

/// Reads replies from bytes as they come, and keeps no more of them than a reply may have.
struct SMTPReplyReader {
    /// The most bytes of a line; RFC 5321 section 4.5.3.1.5 says 512, and some servers say more.
    static let maximumLine = 2048
    /// The most lines of a reply.
    static let maximumLines = 128

    /// Why bytes are no reply.
    enum Problem: Error, Equatable {
        case lineTooLong
        case tooManyLines
        case malformed
    }

    private var rest: [UInt8] = []
    private var code: Int?
    private var lines: [String] = []

    /// Whether nothing of another reply has come yet.
    var isEmpty: Bool { rest.isEmpty && lines.isEmpty }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Takes bytes in.
    mutating func append(_ bytes: some Sequence<UInt8>) {
        rest.append(contentsOf: bytes)
    }

    /// The next reply, if all of it is there.
    mutating func next() throws(Problem) -> SMTPReply? {
        while let end = rest.firstIndex(of: 0x0A) {
            guard end < Self.maximumLine else { throw .lineTooLong }
            let line = Array(rest[..<end])
            rest.removeFirst(end + 1)
            if let reply = try take(line) { return reply }
        }
        guard rest.count < Self.maximumLine else { throw .lineTooLong }
        return nil
    }

    /// Takes a line with its CR; returns the reply that it ends.
    private mutating func take(_ line: [UInt8]) throws(Problem) -> SMTPReply? {
        guard line.last == 0x0D, line.count >= 4, line.dropLast().firstIndex(of: 0x0D) == nil,
            line.prefix(3).allSatisfy(Self.isDigit)
        else { throw .malformed }
        let number = line.prefix(3).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard (200..<600).contains(number), code ?? number == number else { throw .malformed }
        guard lines.count < Self.maximumLines else { throw .tooManyLines }
        code = number
        lines.append(String(decoding: line.dropFirst(4).dropLast(), as: UTF8.self))
        switch line[3] {
        case UInt8(ascii: "-"): return nil
        case UInt8(ascii: " "), 0x0D:
            defer { (code, lines) = (nil, []) }
            return SMTPReply(code: number, lines: lines)
        default: throw .malformed
        }
    }
}
