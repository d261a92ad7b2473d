/// Several modules as one, in one scope, with short names for what they declare.
struct Bundle {
    private let modules: [Module]
    private let enumerations: Enumerations
    /// The name in the bundle of each name that a module declares at its top, by module and name.
    private var top: [String: [String: String]] = [:]
    /// For each letter's turn: which short name a spelling would like to have in every module.
    private var wishes: [String: String] = [:]

    /// The modules in the order in which they are run, the last of them is the one that is fetched.
    init(_ modules: [Module]) throws {
        self.modules = modules
        enumerations = Enumerations(of: modules)
        for module in modules { try Self.check(module) }
        nameTops()
        findWishes()
    }

    /// The JavaScript.
    func text() -> String {
        var writer = TokenWriter()
        for module in modules {
            let names = shortNames(in: module)
            for imported in module.imports {
                guard let whole = imported.whole, let short = names[whole] else { continue }
                let members = (top[imported.path] ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
                writer.write(raw: "const \(short)={\(members.joined(separator: ","))};")
            }
            write(module, names: names, to: &writer)
        }
        if let entry = modules.last, !entry.exports.isEmpty {
            let exports = entry.exports.map { "\(top[entry.path]?[$0] ?? $0) as \($0)" }
            writer.write(raw: "export{\(exports.joined(separator: ","))};")
        }
        return writer.text
    }

    private func write(_ module: Module, names: [String: String], to writer: inout TokenWriter) {
        var index = 0
        while index < module.tokens.count {
            if let end = enumerations.end(ofDeclarationAt: index, in: module) {
                index = end
                writer.endLine()
                continue
            }
            var token = module.tokens[index]
            if let number = enumerations.number(in: module, at: index) {
                writer.write(Token(kind: .number, text: number, startsLine: token.startsLine), in: module, at: index + 2)
                index += 3
                continue
            }
            switch module.names.roles[index] {
            case .variable: token.text = names[token.text] ?? token.text
            case .shorthand:
                if let short = names[token.text] { token.text += ":" + short }
            case .key, .none: break
            }
            writer.write(token, in: module, at: index)
            index += 1
        }
        writer.endLine()
    }

    /// Every name has to be known: what is not declared is the platform's, and what is the platform's stays.
    private static func check(_ module: Module) throws {
        let imported = Set(module.imports.flatMap { $0.names.map(\.here) + [$0.whole].compactMap { $0 } })
        let known = Platform.names.union(module.names.declared).union(imported)
        let unknown = Set(uses(in: module).keys).subtracting(known)
        guard unknown.isEmpty else {
            throw BundleError(
                "\(module.path): neither declared nor a known name of the platform: \(unknown.sorted().joined(separator: ", "))"
            )
        }
        if let name = module.names.top.first(where: Platform.names.contains) {
            throw BundleError("\(module.path): \(name) is a name of the platform.")
        }
    }

    // MARK: Names

    /// Names of one letter are left to what is declared inside: there are more of those.
    private mutating func nameTops() {
        var pool = ShortNames(from: 2)
        for module in modules {
            for name in module.names.top.sorted() { top[module.path, default: [:]][name] = pool.next() }
        }
    }

    private mutating func findWishes() {
        var counts: [String: Int] = [:]
        for module in modules {
            for (name, count) in Self.uses(in: module) where !module.names.top.contains(name) { counts[name, default: 0] += count }
        }
        let letters = ShortNames.letters
        for (place, name) in Self.byUse(counts).enumerated() { wishes[name] = letters[place % letters.count] }
    }

    /// The short name of each name of a module.
    private func shortNames(in module: Module) -> [String: String] {
        var names = top[module.path] ?? [:]
        for imported in module.imports {
            for (there, here) in imported.names { names[here] = top[imported.path]?[there] ?? there }
        }
        let uses = Self.uses(in: module)
        // What stays as it is, and what is taken.
        var taken = Set(names.values).union(uses.keys.filter { Platform.names.contains($0) })
        var pool = ShortNames(from: 1)
        let wholes = module.imports.compactMap(\.whole)
        for name in Self.byUse(uses) + wholes where names[name] == nil && !Platform.names.contains(name) {
            var short = wishes[name] ?? pool.next()
            while taken.contains(short) { short = pool.next() }
            taken.insert(short)
            names[name] = short
        }
        return names
    }

    private static func uses(in module: Module) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (index, role) in module.names.roles.enumerated() where role == .variable || role == .shorthand {
            counts[module.tokens[index].text, default: 0] += 1
        }
        return counts
    }

    private static func byUse(_ counts: [String: Int]) -> [String] {
        counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }.map(\.key)
    }
}

/// Short names, one after the other.
struct ShortNames {
    static let letters = "etnsoiraclupdhmfgvbywkxjqzETNSOIRACLUPDHMFGVBYWKXJQZ".map(String.init)
    private var count: Int

    /// - Parameter length: how long the first one is.
    init(from length: Int) {
        count = length == 1 ? 0 : Self.letters.count
    }

    mutating func next() -> String {
        while true {
            var rest = count
            count += 1
            var name = Self.letters[rest % Self.letters.count]
            rest /= Self.letters.count
            while rest > 0 {
                rest -= 1
                name += Self.letters[rest % Self.letters.count]
                rest /= Self.letters.count
            }
            if !Words.reserved.contains(name), !Platform.names.contains(name) { return name }
        }
    }
}
