internal import Glibc

/// The folder that launcher and client meet in: `$XDG_RUNTIME_DIR/latchkey`, mode 0700, owned by the user.
///
/// There is no fallback to a folder that others can write to (`docs/threats.md#local-socket`).
package struct IPCFolder: Sendable {
    /// Where it is.
    package let path: String

    /// Where the client listens.
    package var socketPath: String { path + "/client.sock" }
    /// Held locked by the one client for as long as it lives.
    package var clientLockPath: String { path + "/client.lock" }
    /// Held locked by a launcher while it starts a client.
    package var startLockPath: String { path + "/start.lock" }

    /// Checks the runtime folder and makes ours in it if it is not there.
    ///
    /// - Parameter runtimeFolder: The value of `XDG_RUNTIME_DIR`.
    /// - Throws: ``LocalIPCError/unsafeFolder``.
    package init(runtimeFolder: String?) throws(LocalIPCError) {
        guard let runtimeFolder, runtimeFolder.hasPrefix("/"), Self.isPrivate(runtimeFolder) else {
            throw .unsafeFolder
        }
        let path = runtimeFolder + "/latchkey"
        if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw .system("mkdir", errno) }
        guard Self.isPrivate(path) else { throw .unsafeFolder }
        self.path = path
    }

    /// Whether a path is a folder, no link to one, that its owner, this user, shares with nobody.
    private static func isPrivate(_ path: String) -> Bool {
        guard let status = FileStatus(path) else { return false }
        return status.isFolder && status.isOwn && status.permissions & 0o077 == 0
    }
}

/// What `lstat` says about a path; links are not followed.
struct FileStatus {
    private let status: stat

    /// `nil` if there is nothing, or it may not be looked at.
    init?(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        self.status = status
    }

    var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    var isSocket: Bool { status.st_mode & S_IFMT == S_IFSOCK }
    var isOwn: Bool { status.st_uid == geteuid() }
    var permissions: mode_t { status.st_mode & 0o777 }
}
