/// A JavaScript module: what it imports and exports, and its text without comments.
///
/// Understood is what these sources use: `import { … } from "…"` and `import * as … from "…"` at the start of a line, and
/// `export` before a `const`, a `function` or a `class`. Other imports are an error; everything else is left as it is.
struct Module {
    /// Names taken from another module.
    struct Import {
        /// The other module, below the target's folder.
        var path: String
        /// What a declaration of them starts with: a pattern in braces, or a name for the whole module.
        var pattern: String
    }

    let path: String
    let imports: [Import]
    /// The text without imports and comments, exports included.
    let lines: [Substring]

    init(path: String, source: String) throws {
        self.path = path
        let folder = path.split(separator: "/").dropLast().map(String.init)
        var imports: [Import] = []
        var lines: [Substring] = []
        var statement = ""
        for line in Comments.removed(from: source) {
            guard !statement.isEmpty || line.hasPrefix("import ") else {
                lines.append(line)
                continue
            }
            statement += line + " "
            guard line.hasSuffix(";") else { continue }
            imports.append(try Self.parse(statement, in: folder, of: path))
            statement = ""
        }
        self.imports = imports
        self.lines = lines
    }

    /// Modules that it imports at run time, by `import("…")`.
    var laterImports: [String] {
        let folder = path.split(separator: "/").dropLast().map(String.init)
        return lines.flatMap { $0.matches(of: /import\("([^"]+)"\)/) }
            .map { Self.path(String($0.output.1), in: folder) }
    }

    /// The names that it exports.
    var exports: [Substring] {
        lines.compactMap { line in
            guard line.hasPrefix("export ") else { return nil }
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }
            return words.dropFirst().first { !["async", "const", "function", "class"].contains($0) }
        }
    }

    /// The text for use inside of a function: names are no longer exported, but returned.
    var body: [Substring] {
        lines.map { $0.hasPrefix("export ") ? $0.dropFirst("export ".count) : $0 }
    }

    /// A path from a folder, below the target's.
    private static func path(_ text: String, in folder: [String]) -> String {
        var parts = folder
        for part in text.split(separator: "/") where part != "." {
            if part == ".." { parts = parts.dropLast() } else { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }

    private static func parse(_ statement: String, in folder: [String], of path: String) throws -> Import {
        let quoted = statement.split(separator: "\"")
        guard quoted.count == 3, quoted[0].hasPrefix("import "), quoted[0].hasSuffix(" from ") else {
            throw BundleError("\(path): this form of import is not known: \(statement)")
        }
        let pattern = quoted[0].dropFirst("import ".count).dropLast(" from ".count)
        return Import(
            path: Self.path(String(quoted[1]), in: folder),
            pattern: String(pattern.replacing("* as ", with: "").replacing(" as ", with: ": "))
        )
    }
}

/// Comments, blank lines and indentation of JavaScript.
enum Comments {
    /// The lines that are left.
    ///
    /// A comment is a line that starts with `//`, and what stands from a line that starts with `/*` to one that ends with
    /// `*/`. Comments behind code stay.
    static func removed(from source: String) -> [Substring] {
        var isInside = false
        return source.split(separator: "\n")
            .compactMap { line in
                let text = line.drop { $0 == " " }
                if text.hasPrefix("/*") { isInside = true }
                guard !isInside else {
                    isInside = !text.reversed().drop { $0 == " " }.starts(with: "/*")
                    return nil
                }
                return text.isEmpty || text.hasPrefix("//") ? nil : text
            }
    }
}
