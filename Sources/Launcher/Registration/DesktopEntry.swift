internal import Glibc
internal import WireProtocol

/// The desktop entry of one scheme in the user's own applications folder.
///
/// Source: Desktop Entry Specification 1.5, sections 7 (`Exec`) and 10 (`MimeType`).
struct DesktopEntry {
    let scheme: ProtocolScheme
    /// `$XDG_DATA_HOME`.
    private let data: String
    /// `$XDG_DATA_HOME/applications`.
    let folder: String

    var name: String { "latchkey-launcher-\(scheme.rawValue).desktop" }
    var mimeType: String { "x-scheme-handler/\(scheme.rawValue)" }
    private var path: String { folder + "/" + name }

    init(scheme: ProtocolScheme) throws(LauncherError) {
        guard let data = Environment["XDG_DATA_HOME"] ?? Environment["HOME"].map({ $0 + "/.local/share" }) else {
            throw .notRegistered("neither XDG_DATA_HOME nor HOME is set")
        }
        self.scheme = scheme
        self.data = data
        self.folder = data + "/applications"
    }

    func write(for program: ProgramFile) throws(LauncherError) {
        makeFolders(folder)
        let bytes = Array(text(for: try execPath(for: program)).utf8)
        // Written beside and moved into place: no desktop ever reads half an entry.
        let temporary = path + ".new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .notRegistered("\(folder) cannot be written to (errno \(errno))") }
        let count = unsafe Glibc.write(descriptor, bytes, bytes.count)
        guard close(descriptor) == 0, count == bytes.count, unsafe rename(temporary, path) == 0 else {
            throw .notRegistered("\(path) cannot be written (errno \(errno))")
        }
    }

    func remove() {
        _ = unsafe unlink(path)
        _ = unsafe unlink(link)
    }

    /// Whether the entry starts this program and no other.
    func starts(_ program: ProgramFile) -> Bool {
        guard let text = read() else { return false }
        if let started = startedPath { return FileIdentity(started) == FileIdentity(program.path) }
        return text == self.text(for: program.stablePath)
    }

    /// The path that the entry starts; `nil` if there is no entry, or it is quoted.
    var startedPath: String? {
        guard let line = read()?.split(separator: "\n").first(where: { $0.hasPrefix("Exec=") }), line.hasSuffix(" %u")
        else {
            return nil
        }
        let path = String(line.dropFirst(5).dropLast(3))
        return path.utf8.allSatisfy(Self.isPlain) ? path : nil
    }

    private func read() -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }

    private func text(for path: String) -> String {
        """
        [Desktop Entry]
        Type=Application
        Name=Latchkey
        Comment=Opens support sessions from a CRM record
        Exec=\(Self.quoted(path)) %u
        Terminal=false
        NoDisplay=true
        StartupNotify=false
        MimeType=\(mimeType);

        """
    }

    /// The path that stands in the entry.
    ///
    /// `xdg-open`, where no desktop is there to ask, splits `Exec` at blanks, takes no quotes off and makes no `%` of
    /// `%%`. A program in a folder with such characters is started by a link whose own path has none.
    private func execPath(for program: ProgramFile) throws(LauncherError) -> String {
        let path = program.stablePath
        guard !path.utf8.allSatisfy(Self.isPlain) else {
            _ = unsafe unlink(link)
            return path
        }
        guard link.utf8.allSatisfy(Self.isPlain) else {
            guard path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw .notRegistered("there is a control character in the path of the program")
            }
            return path
        }
        makeFolders(data + "/latchkey")
        let temporary = link + ".new"
        _ = unsafe unlink(temporary)
        guard unsafe symlink(path, temporary) == 0, unsafe rename(temporary, link) == 0 else {
            throw .notRegistered("\(link) cannot be made (errno \(errno))")
        }
        return link
    }

    private var link: String { "\(data)/latchkey/launcher-\(scheme.rawValue)" }

    /// An argument of `Exec`: quoted, with quotes, backticks, dollars and backslashes escaped; in a value, each of
    /// these backslashes is written twice, and `%` too.
    private static func quoted(_ path: String) -> String {
        guard !path.utf8.allSatisfy(isPlain) else { return path }
        var text = "\""
        for character in path {
            switch character {
            case "\"", "`", "$": text += "\\\\\(character)"
            case "\\": text += "\\\\\\\\"
            case "%": text += "%%"
            default: text.append(character)
            }
        }
        return text + "\""
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 || "/._-+".utf8.contains(byte)
    }

    private func makeFolders(_ folder: String) {
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/" + part
            _ = unsafe mkdir(path, 0o755)
        }
    }
}
