/// Splits JavaScript into tokens.
struct Tokenizer {
    private let bytes: [UInt8]
    private let path: String
    private var at = 0
    private var tokens: [Token] = []
    /// Places of brackets that are open; templates open with `${`.
    private var open: [Int] = []
    private var startsLine = true

    private init(_ source: String, path: String) {
        bytes = Array(source.utf8)
        self.path = path
    }

    /// The tokens of a source.
    ///
    /// Throws where it is not sure what something is.
    static func tokens(of source: String, path: String) throws -> [Token] {
        var tokenizer = Tokenizer(source, path: path)
        while try tokenizer.next() {}
        guard tokenizer.open.isEmpty else { throw BundleError("\(path): a bracket is not closed.") }
        return tokenizer.tokens
    }

    /// Tokens of which some were taken out, with their brackets' partners found again.
    static func paired(_ tokens: [Token]) -> [Token] {
        var tokens = tokens
        var open: [Int] = []
        for index in tokens.indices where tokens[index].kind == .punctuator {
            switch tokens[index].text {
            case "(", "[", "{": open.append(index)
            case ")", "]", "}":
                guard let partner = open.popLast() else { continue }
                tokens[index].partner = partner
                tokens[partner].partner = index
            default: break
            }
        }
        return tokens
    }

    private mutating func next() throws -> Bool {
        skipSpace()
        guard at < bytes.count else { return false }
        let start = at
        switch bytes[at] {
        case let byte where Self.isName(byte): try addName(from: start)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): try addString(from: start)
        case UInt8(ascii: "`"): try addTemplate(from: start)
        case UInt8(ascii: "}") where open.last.map { tokens[$0].kind == .template } == true:
            try addTemplate(from: start)
        case UInt8(ascii: "/") where try isRegularExpression(): try addRegularExpression(from: start)
        default: try addPunctuator(from: start)
        }
        return true
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\n"): startsLine = true
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
                while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
                continue
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
                at += 2
                while at < bytes.count, !(bytes[at] == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) {
                    if bytes[at] == UInt8(ascii: "\n") { startsLine = true }
                    at += 1
                }
                at += 1
            default: return
            }
            at += 1
        }
    }

    private mutating func addName(from start: Int) throws {
        let isNumber = bytes[at] >= UInt8(ascii: "0") && bytes[at] <= UInt8(ascii: "9")
        while at < bytes.count, Self.isName(bytes[at]) || (isNumber && bytes[at] == UInt8(ascii: ".")) { at += 1 }
        add(isNumber ? .number : .name, from: start)
    }

    private mutating func addString(from start: Int) throws {
        at += 1
        while byte() != bytes[start] {
            guard let byte = byte(), byte != UInt8(ascii: "\n") else { throw error("a string is not closed") }
            at += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        at += 1
        add(.string, from: start)
    }

    private mutating func addTemplate(from start: Int) throws {
        if bytes[start] == UInt8(ascii: "}") { open.removeLast() }
        at += 1
        while true {
            guard let byte = byte() else { throw error("a template is not closed") }
            if byte == UInt8(ascii: "`") {
                at += 1
                return add(.template, from: start)
            }
            if byte == UInt8(ascii: "$"), self.byte(1) == UInt8(ascii: "{") {
                at += 2
                add(.template, from: start)
                return open.append(tokens.count - 1)
            }
            at += byte == UInt8(ascii: "\\") ? 2 : 1
        }
    }

    /// Whether a slash begins a regular expression, by what is before it.
    private func isRegularExpression() throws -> Bool {
        guard let last = tokens.last else { return true }
        switch last.kind {
        case .name: return Words.beforeExpression.contains(last.text)
        case .punctuator:
            if last.text == ")" || last.text == "]" {
                let before = last.partner > 0 ? tokens[last.partner - 1].text : ""
                guard last.text == "]" || !Words.beforeCondition.contains(before) else { return true }
                return false
            }
            guard last.text != "}" else { throw error("a slash behind a brace may be two things") }
            return last.text != "++" && last.text != "--"
        case .number, .string, .regularExpression: return false
        case .template: return last.text.hasSuffix("${")
        }
    }

    private mutating func addRegularExpression(from start: Int) throws {
        var isInSet = false
        at += 1
        while isInSet || byte() != UInt8(ascii: "/") {
            guard let byte = byte(), byte != UInt8(ascii: "\n") else {
                throw error("a regular expression is not closed")
            }
            if byte == UInt8(ascii: "[") { isInSet = true }
            if byte == UInt8(ascii: "]") { isInSet = false }
            at += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        at += 1
        while let byte = byte(), Self.isName(byte) { at += 1 }
        add(.regularExpression, from: start)
    }

    private mutating func addPunctuator(from start: Int) throws {
        guard let length = (1...4).reversed().first(where: { Words.punctuators.contains(text(start, start + $0)) })
        else {
            throw error("this is not known: \(text(start, start + 10))")
        }
        at += length
        // A digit behind it makes it two.
        if text(start, at) == "?.", let byte = byte(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at -= 1 }
        add(.punctuator, from: start)
        let index = tokens.count - 1
        switch tokens[index].text {
        case "(", "[", "{": open.append(index)
        case ")", "]", "}":
            guard let partner = open.popLast() else { throw error("a bracket is not open") }
            tokens[index].partner = partner
            tokens[partner].partner = index
        default: break
        }
    }

    private mutating func add(_ kind: Token.Kind, from start: Int) {
        tokens.append(Token(kind: kind, text: text(start, at), startsLine: startsLine))
        startsLine = false
    }

    private func byte(_ offset: Int = 0) -> UInt8? {
        at + offset < bytes.count ? bytes[at + offset] : nil
    }

    private func text(_ start: Int, _ end: Int) -> String {
        String(decoding: bytes[start..<min(end, bytes.count)], as: UTF8.self)
    }

    private func error(_ message: String) -> BundleError {
        let line = bytes[..<min(at, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
        return BundleError("\(path):\(line): \(message)")
    }

    /// Whether a byte may be in a name or a number.
    static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"): true
        default: byte > 127
        }
    }
}
