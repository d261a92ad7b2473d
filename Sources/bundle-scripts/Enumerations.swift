/// Tables of numbers by name, `const Kind = Object.freeze({ … })`: where a bundle reads one of them, the number stands in
/// its place, and a table that nothing else is done with is left out.
struct Enumerations {
    /// A table's name in the module that declares it.
    struct Key: Hashable {
        var path: String
        var name: String
    }

    private var numbers: [Key: [String: String]] = [:]
    /// From the declaration's first token to the one behind it.
    private var declarations: [Key: Range<Int>] = [:]
    private var kept: Set<Key> = []

    init(of modules: [Module]) {
        for module in modules { find(in: module) }
        for module in modules { findOtherUses(in: module) }
        guard let entry = modules.last else { return }
        for name in entry.exports { kept.insert(Key(path: entry.path, name: name)) }
    }

    /// The number that a module reads at a token and the two behind it.
    func number(in module: Module, at index: Int) -> String? {
        guard module.names.roles[index] == .variable, index + 2 < module.tokens.count, module.tokens[index + 1].is("."),
            let key = module.origin(of: module.tokens[index].text)
        else { return nil }
        return numbers[key]?[module.tokens[index + 2].text]
    }

    /// What is behind a declaration that begins here and is left out.
    func end(ofDeclarationAt index: Int, in module: Module) -> Int? {
        declarations.first { $0.key.path == module.path && $0.value.lowerBound == index && !kept.contains($0.key) }?
            .value.upperBound
    }

    private mutating func find(in module: Module) {
        let start = ["=", "Object", ".", "freeze", "(", "{"]
        for (index, token) in module.tokens.enumerated() {
            guard token.is("const"), index + 8 < module.tokens.count,
                module.names.top.contains(module.tokens[index + 1].text),
                module.tokens[(index + 2)..<(index + 8)].map(\.text) == start
            else { continue }
            let members = module.tokens[(index + 8)..<module.tokens[index + 7].partner]
            var found: [String: String] = [:]
            for member in members.split(whereSeparator: { $0.is(",") }) {
                let tokens = Array(member)
                guard tokens.count == 3, tokens[1].is(":"), tokens[2].kind == .number else { return }
                found[tokens[0].text] = tokens[2].text
            }
            let key = Key(path: module.path, name: module.tokens[index + 1].text)
            numbers[key] = found
            declarations[key] = index..<(module.tokens[index + 7].partner + 3)
        }
    }

    private mutating func findOtherUses(in module: Module) {
        for imported in module.imports where imported.whole != nil {
            kept.formUnion(numbers.keys.filter { $0.path == imported.path })
        }
        for (index, role) in module.names.roles.enumerated() where role == .variable || role == .shorthand {
            guard let key = module.origin(of: module.tokens[index].text), numbers[key] != nil else { continue }
            let isDeclaration = key.path == module.path && declarations[key]?.lowerBound == index - 1
            if !isDeclaration, number(in: module, at: index) == nil { kept.insert(key) }
        }
    }
}

extension Module {
    /// Where a name of this module's top was declared.
    fileprivate func origin(of name: String) -> Enumerations.Key? {
        if names.top.contains(name) { return Enumerations.Key(path: path, name: name) }
        for imported in imports {
            if let there = imported.names.first(where: { $0.here == name })?.there {
                return Enumerations.Key(path: imported.path, name: there)
            }
        }
        return nil
    }
}
