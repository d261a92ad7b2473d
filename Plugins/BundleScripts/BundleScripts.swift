import PackagePlugin

/// Puts a target's JavaScript modules into its binary as `ScriptBundles`, one file for each module that is fetched.
///
/// Resources embedded by the package manager are array literals of bytes, which the compiler needs a minute for; these are
/// string literals, which it needs a tenth of a second for.
@main
struct BundleScripts: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let module = target as? any SourceModuleTarget else { return [] }
        let scripts = module.sourceFiles(withSuffix: ".js").map(\.url)
        let output = context.pluginWorkDirectoryURL.appending(path: "ScriptBundles.swift")
        return [
            .buildCommand(
                displayName: "Bundling the scripts of \(target.name)",
                executable: try context.tool(named: "bundle-scripts").url,
                arguments: [output.path(), target.directoryURL.path()] + scripts.map { $0.path() },
                inputFiles: scripts,
                outputFiles: [output]
            )
        ]
    }
}
