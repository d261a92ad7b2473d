/// What the names in a module's tokens are: which ones it declares, and where they stand.
///
/// A name is looked at by its spelling alone. That is enough where a module does not use a spelling both for something of
/// its own and for something of the platform's, which `Platform` sees to.
struct Names {
    /// What a name stands for at its place.
    enum Role {
        /// A keyword, or no name at all.
        case none
        /// A property: it stays.
        case key
        case variable
        /// A variable that is a property's name too: `{ name }`.
        case shorthand
    }

    private(set) var roles: [Role]
    /// What is declared at the top.
    private(set) var top: Set<String> = []
    /// What is declared below it, by region.
    private(set) var local: [Int: Set<String>] = [:]
    /// The region of each token: a statement at the top, or a member of a class.
    ///
    /// What is declared below the top of one is not seen in another.
    private(set) var regions: [Int] = []
    /// Closing braces behind which a statement or a member of a class ends, whatever follows.
    private var statementEnds: Set<Int> = []
    private let tokens: [Token]
    private let path: String

    init(of tokens: [Token], path: String) throws {
        self.tokens = tokens
        self.path = path
        roles = Array(repeating: .none, count: tokens.count)
        try findRoles()
        try findDeclared()
    }

    // MARK: Roles

    private enum Brace {
        case block, object, classBody, other
    }

    private mutating func findRoles() throws {
        var braces: [Brace] = []
        var isClass = false
        var region = 0
        for (index, token) in tokens.enumerated() {
            regions.append(region)
            defer {
                let isOutside = braces.isEmpty || braces.count == 1 && braces[0] == .classBody
                if isOutside, token.is(";") || statementEnds.contains(index) { region += 1 }
            }
            switch token.text {
            case "{" where token.kind == .punctuator:
                braces.append(isClass ? .classBody : isObject(at: index) ? .object : .block)
                isClass = false
            case "(", "[": if token.kind == .punctuator { braces.append(.other) }
            case ")", "]", "}":
                if token.kind == .punctuator {
                    braces.removeLast()
                    if token.text == "}", braces.last == .classBody || isStatement(brace: token.partner) {
                        statementEnds.insert(index)
                    }
                } else if token.kind == .template {
                    try closeTemplate(token, &braces)
                }
            default:
                if token.kind == .template { try closeTemplate(token, &braces) }
                guard token.kind == .name else { continue }
                roles[index] = role(at: index, in: braces.last ?? .block)
                if roles[index] == .none, token.text == "class" { isClass = true }
            }
        }
    }

    /// Whether no line's end is needed behind a token for the statement to end there.
    func endsStatement(_ index: Int) -> Bool {
        statementEnds.contains(index)
    }

    /// Whether a brace opens the block of a statement or of a function's declaration.
    private func isStatement(brace: Int) -> Bool {
        guard brace > 0 else { return false }
        let before = tokens[brace - 1]
        if ["else", "try", "finally"].contains(before.text) { return before.kind == .name }
        guard before.is(")"), before.partner > 0 else { return false }
        let word = tokens[before.partner - 1]
        if ["if", "for", "while", "switch", "catch"].contains(word.text), before.partner > 1 {
            return !tokens[before.partner - 2].is(".") && !tokens[before.partner - 2].is("?.")
        }
        var at = before.partner - 2
        if at >= 0, tokens[at].is("*") { at -= 1 }
        guard at >= 0, tokens[at].is("function") else { return false }
        if at > 0, tokens[at - 1].is("async") { at -= 1 }
        return at == 0 || tokens[at - 1].is(";") || tokens[at - 1].is("}") || tokens[at - 1].is("{")
    }

    private func closeTemplate(_ token: Token, _ braces: inout [Brace]) throws {
        if token.text.hasPrefix("}") { braces.removeLast() }
        if token.text.hasSuffix("${") { braces.append(.other) }
    }

    /// Whether a brace begins an object or a pattern, by what is before it.
    private func isObject(at index: Int) -> Bool {
        guard index > 0 else { return false }
        let before = tokens[index - 1]
        switch before.kind {
        case .punctuator:
            if before.text == ":" { return !isCase(colon: index - 1) }
            return ![")", "=>", ";", "{", "}"].contains(before.text)
        case .name:
            return !["else", "do", "try", "finally", "catch"].contains(before.text)
        default: return false
        }
    }

    /// Whether a colon ends `case …` or `default`.
    private func isCase(colon: Int) -> Bool {
        var at = colon - 1
        while at >= 0, !tokens[at].is(";"), !tokens[at].is("{"), !tokens[at].is("}"), !tokens[at].is("?") {
            if tokens[at].is("case") || tokens[at].is("default") { return true }
            if tokens[at].is(",") { return false }
            at -= tokens[at].partner >= 0 && tokens[at].partner < at ? at - tokens[at].partner + 1 : 1
        }
        return false
    }

    private func role(at index: Int, in brace: Brace) -> Role {
        let text = tokens[index].text
        if text == "of", brace == .other, index > 0, endsExpression(index - 1) { return .none }
        if index > 0, tokens[index - 1].is(".") || tokens[index - 1].is("?.") { return .key }
        if brace == .object || brace == .classBody, isMemberStart(index, in: brace) {
            guard index + 1 < tokens.count else { return .key }
            let next = tokens[index + 1]
            if isModifier(text), next.kind == .name || next.kind == .string || next.is("*") || next.is("[") {
                return .none
            }
            if brace == .classBody || next.is(":") || next.is("(") { return .key }
            if !Words.reserved.contains(text) { return .shorthand }
        }
        return Words.reserved.contains(text) && text != "of" ? .none : .variable
    }

    private func endsExpression(_ index: Int) -> Bool {
        let token = tokens[index]
        return token.kind == .name && !Words.reserved.contains(token.text) || token.is("]") || token.is("}")
    }

    private func isModifier(_ text: String) -> Bool {
        ["async", "get", "set", "static"].contains(text)
    }

    /// Whether a member of an object or a class begins here.
    private func isMemberStart(_ index: Int, in brace: Brace) -> Bool {
        guard index > 0 else { return false }
        let before = tokens[index - 1]
        if before.is("{") || before.is(",") && brace == .object { return true }
        if brace == .classBody, before.is(";") || before.is("}") { return true }
        if before.is("*") { return index > 1 && (isMemberStart(index - 1, in: brace)) }
        return before.kind == .name && isModifier(before.text) && isMemberStart(index - 1, in: brace)
    }

    // MARK: Declarations

    private mutating func findDeclared() throws {
        var depth = 0
        for (index, token) in tokens.enumerated() {
            if token.kind == .punctuator, token.text == "{" || token.text == "(" { depth += 1 }
            if token.kind == .punctuator, token.text == "}" || token.text == ")" { depth -= 1 }
            if token.kind == .template {
                depth += (token.text.hasSuffix("${") ? 1 : 0) - (token.text.hasPrefix("}") ? 1 : 0)
            }
            if token.is("=>") {
                if tokens[index - 1].is(")") {
                    try list(from: tokens[index - 1].partner + 1, to: index - 1)
                } else {
                    note(index - 1, isTop: false)
                }
            }
            if token.is("]") { try computedMethod(at: index) }
            guard token.kind == .name else { continue }
            if roles[index] == .none { try declaration(at: index, isTop: depth == 0) }
            if roles[index] == .key { try method(at: index) }
        }
    }

    private mutating func declaration(at index: Int, isTop: Bool) throws {
        switch tokens[index].text {
        case "const", "let", "var": try declarators(from: index + 1, isTop: isTop)
        case "class":
            if tokens[index + 1].kind == .name, !tokens[index + 1].is("extends") { note(index + 1, isTop: isTop) }
        case "catch": if tokens[index + 1].is("(") { try list(from: index + 2, to: tokens[index + 1].partner) }
        case "function":
            var at = index + 1
            if tokens[at].is("*") { at += 1 }
            if tokens[at].kind == .name {
                note(at, isTop: isTop)
                at += 1
            }
            try list(from: at + 1, to: tokens[at].partner)
        default: break
        }
    }

    /// The parameters of a method, if this is the name of one.
    private mutating func method(at index: Int) throws {
        guard index + 1 < tokens.count, tokens[index + 1].is("("), !tokens[index - 1].is("."),
            !tokens[index - 1].is("?.")
        else { return }
        try list(from: index + 2, to: tokens[index + 1].partner)
    }

    /// The parameters of a method whose name is computed, if this is the end of its name.
    private mutating func computedMethod(at index: Int) throws {
        guard index + 1 < tokens.count, tokens[index + 1].is("("), tokens[tokens[index + 1].partner + 1].is("{") else {
            return
        }
        try list(from: index + 2, to: tokens[index + 1].partner)
    }

    /// What stands behind `const`, `let` or `var`.
    private mutating func declarators(from start: Int, isTop: Bool) throws {
        var at = start
        while true {
            at = try pattern(at, isTop: isTop)
            guard at < tokens.count, tokens[at].is("=") else { break }
            at = skip(at + 1) { $0.is(",") || $0.is(";") || $0.is(")") }
            guard at < tokens.count, tokens[at].is(",") else { break }
            at += 1
        }
    }

    /// Patterns with commas between them.
    private mutating func list(from start: Int, to end: Int) throws {
        var at = start
        while at < end {
            if tokens[at].is(",") || tokens[at].is("...") {
                at += 1
                continue
            }
            at = try pattern(at, isTop: false)
            if at < end, tokens[at].is("=") { at = skip(at + 1, to: end) { $0.is(",") } }
        }
    }

    /// A name or a pattern; gives what is behind it.
    private mutating func pattern(_ at: Int, isTop: Bool) throws -> Int {
        let token = tokens[at]
        if token.kind == .name {
            note(at, isTop: isTop)
            return at + 1
        }
        guard token.is("{") || token.is("["), token.partner > at else {
            throw BundleError("\(path): this is no declaration: \(token.text)")
        }
        var inner = at + 1
        while inner < token.partner {
            if tokens[inner].is(",") || tokens[inner].is("...") {
                inner += 1
                continue
            }
            if token.is("{"), tokens[inner + 1].is(":") { inner += 2 }
            inner = try pattern(inner, isTop: isTop)
            if tokens[inner].is("=") { inner = skip(inner + 1, to: token.partner) { $0.is(",") } }
        }
        return token.partner + 1
    }

    /// The next token outside of brackets that is as wanted.
    private func skip(_ start: Int, to end: Int? = nil, until isWanted: (Token) -> Bool) -> Int {
        let end = end ?? tokens.count
        var at = start
        var templates = 0
        while at < end {
            let token = tokens[at]
            if token.kind == .template {
                templates += (token.text.hasSuffix("${") ? 1 : 0) - (token.text.hasPrefix("}") ? 1 : 0)
            } else if templates == 0, isWanted(token) {
                return at
            }
            at = token.partner > at ? token.partner + 1 : at + 1
        }
        return end
    }

    private mutating func note(_ index: Int, isTop: Bool) {
        let text = tokens[index].text
        if isTop { top.insert(text) } else { local[regions[index], default: []].insert(text) }
    }
}
