/// Writes tokens with no more space between them than they need.
struct TokenWriter {
    private(set) var text = ""
    private var before: Token?

    /// Writes a token of a module.
    mutating func write(_ token: Token, in module: Module, at index: Int) {
        let tokens = module.tokens
        if isNeedless(token, in: tokens, at: index) { return }
        if token.is("const"), token.kind == .name, continuesConstants(in: tokens, at: index) {
            text.removeLast()
            text += ","
            before = Token(kind: .punctuator, text: ",")
            return
        }
        if let before {
            if token.startsLine, Self.mayEnd(before, at: token), !module.names.endsStatement(index - 1) {
                text += "\n"
            } else if Self.wouldJoin(before, token) {
                text += " "
            }
        }
        text += token.text
        before = token
    }

    /// Writes text that is complete by itself.
    mutating func write(raw: String) {
        endLine()
        text += raw
        before = nil
    }

    mutating func endLine() {
        if before?.is(";") == false { text += "\n" }
        before = nil
    }

    /// Whether a comma or semicolon says nothing, since a bracket closes behind it.
    private func isNeedless(_ token: Token, in tokens: [Token], at index: Int) -> Bool {
        guard index > 0, index + 1 < tokens.count, token.kind == .punctuator else { return false }
        let last = tokens[index - 1]
        let next = tokens[index + 1]
        if token.text == "," { return (next.is("}") || next.is("]") || next.is(")")) && !last.is(",") && !last.is("[") }
        guard token.text == ";", next.is("}") else { return false }
        guard last.is(")"), last.partner > 0 else { return !last.is("else") && !last.is("{") && !last.is(";") }
        return !Words.beforeCondition.contains(tokens[last.partner - 1].text)
    }

    /// Whether a `const` follows another: both are one.
    private func continuesConstants(in tokens: [Token], at index: Int) -> Bool {
        guard before?.is(";") == true, text.hasSuffix(";"), index > 1, tokens[index - 1].is(";") else { return false }
        var at = index - 2
        while at >= 0, !tokens[at].is(";") {
            if tokens[at].is("const") { return tokens[at].kind == .name && !(at > 0 && tokens[at - 1].is("(")) }
            let partner = tokens[at].partner
            // Another statement may have ended before this line.
            if partner > at || partner < 0 && tokens[at].startsLine { return false }
            at = partner >= 0 ? partner - 1 : at - 1
        }
        return false
    }

    /// Whether a line's end between two tokens may end a statement: it stays then.
    private static func mayEnd(_ before: Token, at token: Token) -> Bool {
        if token.is("}") { return false }
        if ["return", "throw", "break", "continue", "yield", "async"].contains(before.text) { return true }
        if before.kind == .punctuator, ![")", "]", "}", "++", "--"].contains(before.text) { return false }
        if before.kind == .template, before.text.hasSuffix("${") { return false }
        return token.kind != .punctuator || ["++", "--", "!", "~"].contains(token.text)
    }

    private static func wouldJoin(_ before: Token, _ token: Token) -> Bool {
        guard let last = before.text.utf8.last, let first = token.text.utf8.first else { return false }
        if Tokenizer.isName(last), Tokenizer.isName(first) { return true }
        if last == first, last == UInt8(ascii: "+") || last == UInt8(ascii: "-") || last == UInt8(ascii: "/") {
            return true
        }
        return before.kind == .number && first == UInt8(ascii: ".")
    }
}
