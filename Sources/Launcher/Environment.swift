internal import Glibc

/// The file that this process runs.
struct ProgramFile {
    /// Absolute, without links.
    let path: String

    init?() {
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return nil }
        self.path = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A program in the same folder.
    func sibling(_ name: String) -> String {
        (path.lastIndex(of: "/").map { String(path[...$0]) } ?? "") + name
    }
}

/// Environment variables.
enum Environment {
    static subscript(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}

/// Standard output and standard error.
enum Terminal {
    static func say(_ text: String) {
        put(text, on: 1)
    }

    static func complain(_ error: LauncherError) {
        let message = error.description
        if !message.isEmpty { put("latchkey-launcher: " + message, on: 2) }
    }

    private static func put(_ text: String, on descriptor: Int32) {
        let bytes = Array((text + "\n").utf8)
        _ = unsafe write(descriptor, bytes, bytes.count)
    }
}
