internal import SystemPackage

/// Where a path leads, by its text alone.
enum FilePlace {
    /// The folder that a file is in; `.` for a mere name.
    static func folder(of path: String) -> String {
        let folder = FilePath(path).removingLastComponent().string
        return folder.isEmpty ? "." : folder
    }

    /// The last part of a path; the path itself if it has only separators.
    static func name(of path: String) -> String {
        FilePath(path).lastComponent?.string ?? path
    }
}
