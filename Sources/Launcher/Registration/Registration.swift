internal import Glibc
internal import SystemSupport
internal import WireProtocol

/// Makes the launcher the handler of a scheme for this user, by the rules of XDG desktops; needs no root.
struct Registration {
    let program: ProgramFile

    func register(_ arguments: ArraySlice<String>) throws(LauncherError) {
        if arguments.first == "--print" {
            guard arguments.count == 2, let text = OtherSystems.registration(for: arguments.last) else {
                throw .unknownOption
            }
            return Terminal.say(text)
        }
        let scheme = try Self.scheme(arguments)
        let entry = try DesktopEntry(scheme: scheme)
        try entry.write(for: program)
        // Not everywhere installed, and not everywhere needed.
        _ = Self.run("update-desktop-database", ["-q", entry.folder])
        guard Self.run("xdg-mime", ["default", entry.name, entry.mimeType]) != nil else {
            throw .notRegistered("xdg-mime failed; is the package xdg-utils installed?")
        }
        try status(arguments)
    }

    func unregister(_ arguments: ArraySlice<String>) throws(LauncherError) {
        let entry = try DesktopEntry(scheme: Self.scheme(arguments))
        entry.remove()
        _ = Self.run("update-desktop-database", ["-q", entry.folder])
        Terminal.say("\(entry.scheme.rawValue):// is no longer handled by \(program.path)")
    }

    func status(_ arguments: ArraySlice<String>) throws(LauncherError) {
        let entry = try DesktopEntry(scheme: Self.scheme(arguments))
        let answer = Self.run("xdg-mime", ["query", "default", entry.mimeType]) ?? ""
        let handler = answer.split(separator: "\n").first.map(String.init)
        guard handler == entry.name, entry.starts(program) else {
            let other = handler.map { $0 == entry.name ? Self.copy(entry) : $0 } ?? "nobody"
            Terminal.say("\(entry.scheme.rawValue):// is handled by \(other), not by \(program.path)")
            throw .notTheHandler
        }
        Terminal.say("\(entry.scheme.rawValue):// is handled by \(program.path)")
    }

    /// Runs a program of the desktop.
    ///
    /// - Returns: What it printed; `nil` if it could not be run or failed.
    private static func run(_ name: String, _ arguments: [String]) -> String? {
        guard let result = try? ChildProcess.run(name, arguments), result.ending == .exited(0) else { return nil }
        return result.output
    }

    private static func copy(_ entry: DesktopEntry) -> String {
        guard let path = entry.startedPath else { return "another copy of Latchkey" }
        return FileIdentity(path) == nil
            ? "\(path), which is not there any more: register again" : "another copy of Latchkey, \(path)"
    }

    private static func scheme(_ arguments: ArraySlice<String>) throws(LauncherError) -> ProtocolScheme {
        if arguments.isEmpty { return .glancepanorama }
        guard arguments.count == 2, arguments.first == "--scheme",
            let scheme = arguments.last.flatMap(ProtocolScheme.init(rawValue:))
        else { throw .unknownOption }
        return scheme
    }
}
