/// Several modules as one, in one scope, with short names for what they declare.
struct Bundle {
    private let modules: [Module]
    private let enumerations: Enumerations
    /// The name in the bundle of each name that a module declares at its top, by module and name.
    private var top: [String: [String: String]] = [:]

    /// The modules in the order in which they are run, the last of them is the one that is fetched.
    init(_ modules: [Module]) throws {
        self.modules = modules
        enumerations = Enumerations(of: modules)
        for module in modules { try Self.check(module) }
        nameTops()
    }

    /// The JavaScript.
    func text() -> String {
        var writer = TokenWriter()
        for module in modules {
            let outer = outerNames(in: module)
            for imported in module.imports {
                guard let whole = imported.whole, let short = outer[whole] else { continue }
                let exports = modules.first { $0.path == imported.path }?.exports ?? []
                let members = exports.map { "\($0):\(top[imported.path]?[$0] ?? $0)" }
                writer.write(raw: "const \(short)={\(members.joined(separator: ","))};")
            }
            write(module, outer: outer, to: &writer)
        }
        if let entry = modules.last, !entry.exports.isEmpty {
            let exports = entry.exports.map { "\(top[entry.path]?[$0] ?? $0) as \($0)" }
            writer.write(raw: "export{\(exports.joined(separator: ","))};")
        }
        return writer.text
    }

    private func write(_ module: Module, outer: [String: String], to writer: inout TokenWriter) {
        let uses = Self.uses(in: module)
        var index = 0
        var region = -1
        var names: [String: String] = [:]
        while index < module.tokens.count {
            if module.names.regions[index] != region {
                region = module.names.regions[index]
                names = shortNames(for: uses[region] ?? [:], local: module.names.local[region] ?? [], outer: outer)
            }
            index = write(module, at: index, names, to: &writer)
        }
        writer.endLine()
    }

    /// Writes a token, or all of a declaration or a member of an enumeration; gives what is behind it.
    private func write(
        _ module: Module,
        at index: Int,
        _ names: [String: String],
        to writer: inout TokenWriter
    ) -> Int {
        if let end = enumerations.end(ofDeclarationAt: index, in: module) {
            writer.endLine()
            return end
        }
        if let number = enumerations.number(in: module, at: index) {
            let token = Token(kind: .number, text: number, startsLine: module.tokens[index].startsLine)
            writer.write(token, in: module, at: index + 2)
            return index + 3
        }
        writer.write(renamed(module, at: index, names), in: module, at: index)
        return index + 1
    }

    private func renamed(_ module: Module, at index: Int, _ names: [String: String]) -> Token {
        var token = module.tokens[index]
        switch module.names.roles[index] {
        case .variable: token.text = names[token.text] ?? token.text
        case .shorthand:
            if let short = names[token.text] { token.text += ":" + short }
        case .key, .none: break
        }
        return token
    }

    /// Every name has to be known: what is not declared is the platform's, and what is the platform's stays.
    private static func check(_ module: Module) throws {
        let imported = module.imports.flatMap { $0.names.map(\.here) + [$0.whole].compactMap { $0 } }
        let known = Platform.names.union(module.names.top).union(imported)
        for (region, counts) in uses(in: module) {
            let unknown = Set(counts.keys).subtracting(known).subtracting(module.names.local[region] ?? [])
            guard unknown.isEmpty else {
                let names = unknown.sorted().joined(separator: ", ")
                throw BundleError("\(module.path): neither declared nor a known name of the platform: \(names)")
            }
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
            let wholes = module.imports.compactMap(\.whole)
            for name in module.names.top.sorted() + wholes { top[module.path, default: [:]][name] = pool.next() }
        }
    }

    /// The short names of what a module declares at its top or imports.
    private func outerNames(in module: Module) -> [String: String] {
        var names = top[module.path] ?? [:]
        for imported in module.imports {
            for (there, here) in imported.names { names[here] = top[imported.path]?[there] ?? there }
        }
        return names
    }

    /// The short names that hold in a region.
    private func shortNames(
        for uses: [String: Int],
        local: Set<String>,
        outer: [String: String]
    ) -> [String: String] {
        var names = outer.filter { uses[$0.key] != nil }
        var taken = Set(names.values)
        var pool = ShortNames(from: 1)
        for name in Self.byUse(uses) where names[name] == nil && local.contains(name) && !Platform.names.contains(name)
        {
            var short = pool.next()
            while taken.contains(short) { short = pool.next() }
            taken.insert(short)
            names[name] = short
        }
        return names
    }

    /// How often each name stands in each region.
    private static func uses(in module: Module) -> [Int: [String: Int]] {
        var counts: [Int: [String: Int]] = [:]
        for (index, role) in module.names.roles.enumerated() where role == .variable || role == .shorthand {
            counts[module.names.regions[index], default: [:]][module.tokens[index].text, default: 0] += 1
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
                name = Self.letters[rest % Self.letters.count] + name
                rest /= Self.letters.count
            }
            if !Words.reserved.contains(name), !Platform.names.contains(name) { return name }
        }
    }
}
