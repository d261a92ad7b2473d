import Foundation
import SystemSupport

/// An X server without a screen, for programs that need a desktop.
final class VirtualDisplay: Sendable {
    static let isInstalled = ["/usr/bin/Xvfb", "/usr/bin/xdg-mime", "/usr/bin/xdotool"]
        .allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }

    /// The value of `DISPLAY`.
    let name: String
    private let process: ChildProcess

    init() throws {
        let output = try AnonymousPipe()
        process = try ChildProcess(
            "/usr/bin/Xvfb",
            ["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            output: output.writeEnd
        )
        // It picks a free number itself, and says it when it is ready.
        let number = output.line(within: .seconds(20))
        guard Int(number) != nil else { throw ServerFailure("Xvfb did not start") }
        name = ":\(number)"
    }

    func stop() async {
        await process.end(within: .seconds(2))
    }

    /// The titles of all windows that begin with a text.
    func titles(_ start: String) -> [String] {
        let environment = ["DISPLAY": name, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
        let ids = (try? Tool.run("/usr/bin/xdotool", ["search", "--name", "^\(start)"], environment)) ?? ""
        return ids.split(separator: "\n")
            .compactMap { id in
                try? Tool.run("/usr/bin/xdotool", ["getwindowname", String(id)], environment)
                    .trimmingCharacters(in: .newlines)
            }
    }

    /// Puts the first window with such a title before all others, as a window manager would.
    func raise(_ start: String) {
        let environment = ["DISPLAY": name, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
        let ids = (try? Tool.run("/usr/bin/xdotool", ["search", "--name", "^\(start)"], environment)) ?? ""
        guard let id = ids.split(separator: "\n").first.map(String.init) else { return }
        _ = try? Tool.run("/usr/bin/xdotool", ["windowmove", id, "60", "300"], environment)
        _ = try? Tool.run("/usr/bin/xdotool", ["windowraise", id], environment)
        usleep(300_000)
    }

    /// Saves a picture of the whole screen, where the environment names a folder for them.
    func screenshot(_ name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["LATCHKEY_SCREENSHOTS"] else { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = try Tool.run(
            "/usr/bin/import",
            ["-window", "root", "\(folder)/\(name).png"],
            ["DISPLAY": self.name, "PATH": "/usr/bin"]
        )
    }
}
