/// Modules and what they import of each other.
struct ModuleGraph {
    private let modules: [String: Module]

    /// Modules that no other imports, those that are imported at run time, and those in `shared/`, which pages fetch: each
    /// becomes a file.
    let entries: [String]

    init(modules: [Module]) {
        self.modules = Dictionary(modules.map { ($0.path, $0) }) { first, _ in first }
        let imported = Set(modules.flatMap(\.imports).map(\.path))
        let fetched = Set(modules.flatMap(\.laterImports))
        entries = self.modules.keys
            .filter { !imported.contains($0) || fetched.contains($0) || $0.hasPrefix("shared/") }.sorted()
    }

    /// A module and everything that it imports, as one module.
    func bundle(of entry: String) throws -> String {
        guard let module = modules[entry] else { throw BundleError("\(entry) does not exist.") }
        var order: [String] = []
        var path = [entry]
        for other in module.imports { try visit(other.path, path: &path, order: &order) }
        return try Bundle((order.compactMap { modules[$0] }) + [module]).text()
    }

    /// Everything that a module imports, before the module itself.
    private func visit(_ path: String, path way: inout [String], order: inout [String]) throws {
        guard !way.contains(path) else {
            throw BundleError("Modules import each other: \((way + [path]).joined(separator: " → "))")
        }
        guard !order.contains(path) else { return }
        guard let module = modules[path] else {
            throw BundleError("\(path) does not exist; it is imported by \(way.last ?? "").")
        }
        way.append(path)
        for other in module.imports { try visit(other.path, path: &way, order: &order) }
        way.removeLast()
        order.append(path)
    }
}
