internal import Foundation

/// The groups that were accepted on this computer, one ``Identity/acceptance`` per line.
struct AcceptedGroups {
    let file: URL

    func read() -> Set<String> {
        let text = FileManager.default.contents(atPath: file.path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return Set(text.split(separator: "\n").map(String.init))
    }

    func add(_ acceptance: String) throws {
        var groups = read()
        guard groups.insert(acceptance).inserted else { return }
        try Data(groups.sorted().map { $0 + "\n" }.joined().utf8).write(to: file, options: .atomic)
    }
}
