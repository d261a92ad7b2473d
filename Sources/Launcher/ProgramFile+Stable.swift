internal import Glibc

extension ProgramFile {
    /// The path by which this process was started, absolute, with the links in it left as they are.
    ///
    /// Versions are often installed side by side, with a link such as `current` to the one in use: what is registered by the
    /// link goes on when an old version is removed. Where nobody can tell how it was started, it is ``path``.
    var stablePath: String {
        guard let started = Self.started, FileIdentity(started) == FileIdentity(path) else { return path }
        return started
    }

    private static var started: String? {
        guard let name = CommandLine.arguments.first, !name.isEmpty else { return nil }
        if name.hasPrefix("/") { return tidied(name) }
        if name.contains("/") { return workingFolder.flatMap { tidied($0 + "/" + name) } }
        return (Environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
            .map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }.flatMap(tidied)
    }

    /// As the shell names it (`pwd -L`), if that is where this process is.
    private static var workingFolder: String? {
        guard let folder = Environment["PWD"], folder.hasPrefix("/"), FileIdentity(folder) == FileIdentity(".") else {
            return nil
        }
        return folder
    }

    /// Without `.` and doubled slashes; `nil` where `..` stands in it, which may lead elsewhere behind a link.
    private static func tidied(_ path: String) -> String? {
        let parts = path.split(separator: "/").filter { $0 != "." }
        return parts.contains("..") ? nil : "/" + parts.joined(separator: "/")
    }
}

/// Which file a path leads to, through all links.
struct FileIdentity: Equatable {
    private let device: dev_t
    private let number: ino_t

    /// `nil` if there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.device = status.st_dev
        self.number = status.st_ino
    }
}
