internal import Foundation
internal import Synchronization
internal import SystemSupport

/// A log of what the client did, without any secret: one line per event, at most two files of 1 MiB.
final class ClientLog: Sendable {
    private static let maximumByteCount: UInt64 = 1 << 20

    private let file: URL
    private let handle: Mutex<FileHandle?>

    init(file: URL) {
        self.file = file
        self.handle = Mutex(Self.open(file))
    }

    func write(_ message: String) {
        let line = "\(Date().formatted(.iso8601)) \(TerminalText.harmless(message))\n"
        handle.withLock { handle in
            try? handle?.write(contentsOf: Data(line.utf8))
            if let size = try? handle?.offset(), size > Self.maximumByteCount {
                let old = file.appendingPathExtension("old")
                try? FileManager.default.removeItem(at: old)
                try? FileManager.default.moveItem(at: file, to: old)
                handle = Self.open(file)
            }
        }
    }

    private static func open(_ file: URL) -> FileHandle? {
        if !FileManager.default.fileExists(atPath: file.path) {
            _ = FileManager.default.createFile(
                atPath: file.path,
                contents: nil,
                attributes: [.posixPermissions: 0o600]
            )
        }
        let handle = try? FileHandle(forWritingTo: file)
        _ = try? handle?.seekToEnd()
        return handle
    }
}
