/// A JavaScript module: what it imports and exports, and its tokens.
///
/// Understood is what these sources use: `import { … } from "…"` and `import * as … from "…"`, and `export` before a
/// `const`, a `function`, a `class` or `default`. Other forms are an error.
struct Module {
    /// Names taken from another module.
    struct Import {
        /// The other module, below the target's folder.
        var path: String
        /// Each name over there, and what it is called here.
        var names: [(there: String, here: String)] = []
        /// What the whole module is called here.
        var whole: String?
    }

    let path: String
    private(set) var imports: [Import] = []
    private(set) var exports: [String] = []
    /// Modules that it imports at run time, by `import("…")`.
    private(set) var laterImports: [String] = []
    /// The tokens without imports, and without `export` before names.
    private(set) var tokens: [Token] = []
    let names: Names

    init(path: String, source: String) throws {
        self.path = path
        let all = try Tokenizer.tokens(of: source, path: path)
        let folder = path.split(separator: "/").dropLast().map(String.init)
        var index = 0
        var kept: [Token] = []
        while index < all.count {
            let next = index + 1 < all.count ? all[index + 1] : Token(kind: .punctuator, text: "")
            if all[index].is("import"), next.is("{") || next.is("*") {
                guard let end = all[index...].firstIndex(where: { $0.is(";") }) else {
                    throw BundleError("\(path): an import is not closed.")
                }
                imports.append(try Self.parse(all[index..<end], in: folder, of: path))
                index = end + 1
                continue
            }
            if all[index].is("import"), next.is("("), all[index + 2].kind == .string, all[index + 3].is(")") {
                laterImports.append(Self.path(String(all[index + 2].text.dropFirst().dropLast()), in: folder))
            }
            if all[index].is("export"), !next.is("default") {
                exports.append(try Self.exported(by: all[(index + 1)...], of: path))
            } else {
                kept.append(all[index])
            }
            index += 1
        }
        tokens = Tokenizer.paired(kept)
        names = try Names(of: tokens, path: path)
    }

    /// A path from a folder, below the target's.
    private static func path(_ text: String, in folder: [String]) -> String {
        var parts = folder
        for part in text.split(separator: "/") where part != "." {
            if part == ".." { parts = parts.dropLast() } else { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }

    /// The name that a declaration exports.
    private static func exported(by tokens: ArraySlice<Token>, of path: String) throws -> String {
        let name = tokens.first { !["async", "const", "function", "class", "*"].contains($0.text) }
        guard let name, name.kind == .name else { throw BundleError("\(path): this form of export is not known.") }
        return name.text
    }

    private static func parse(_ tokens: ArraySlice<Token>, in folder: [String], of path: String) throws -> Import {
        let words = tokens.map(\.text)
        guard words.count > 4, words[words.count - 2] == "from", tokens.last?.kind == .string else {
            throw BundleError("\(path): this form of import is not known: \(words.joined(separator: " "))")
        }
        var found = Import(path: Self.path(String(words[words.count - 1].dropFirst().dropLast()), in: folder))
        if words[1] == "*" {
            found.whole = words[3]
            return found
        }
        for part in words[2..<(words.count - 3)].split(separator: ",") {
            guard let there = part.first, let here = part.last else { continue }
            found.names.append((there, here))
        }
        return found
    }
}
