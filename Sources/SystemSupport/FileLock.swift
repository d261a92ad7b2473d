internal import Glibc

/// A lock that the system takes back when its holder dies, however it dies.
package final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock; `nil` if somebody else holds it and `isWaiting` is false.
    ///
    /// - Throws: ``SystemCallError``, also where the path is a link.
    package init?(_ path: String, isWaiting: Bool = false) throws(SystemCallError) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemCallError("open", errno) }
        while flock(descriptor, LOCK_EX | (isWaiting ? 0 : LOCK_NB)) != 0 {
            let code = errno
            if code == EINTR { continue }
            guard code == EWOULDBLOCK else { throw SystemCallError("flock", code) }
            return nil
        }
    }

    deinit {
        close(descriptor)
    }
}
