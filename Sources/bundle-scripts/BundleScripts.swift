import Foundation

/// `bundle-scripts OUTPUT FOLDER FILE…`: writes a Swift file with the bundles of the JavaScript files below a folder.
@main
struct BundleScripts {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 3 else {
            throw BundleError("bundle-scripts OUTPUT FOLDER FILE…")
        }
        let graph = try ModuleGraph(
            modules: arguments[3...]
                .map { file in
                    let path = String(file.dropFirst(arguments[2].count).drop { $0 == "/" })
                    return try Module(path: path, source: String(contentsOfFile: file, encoding: .utf8))
                }
        )
        try swiftFile(of: graph).write(toFile: arguments[1], atomically: true, encoding: .utf8)
    }

    /// A Swift file with a dictionary of the bundles by path.
    private static func swiftFile(of graph: ModuleGraph) throws -> String {
        let delimiter = "##########"
        var swift = "/// The scripts, by path: a module that no other imports, with all that it imports.\n"
        swift += "enum ScriptBundles {\n    static let files: [String: String] = [\n"
        for entry in graph.entries {
            let bundle = try graph.bundle(of: entry)
            guard !bundle.contains("\"\"\"" + delimiter) else {
                throw BundleError("\(entry) contains the end of a Swift string.")
            }
            swift += "\"\(entry)\": \(delimiter)\"\"\"\n\(bundle)\n\"\"\"\(delimiter),\n"
        }
        return swift + "]\n}\n"
    }
}

/// Why there is no bundle.
struct BundleError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
