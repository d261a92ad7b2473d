internal import Glibc

/// A Unix-domain stream socket; closed with the value.
///
/// All C calls on sockets are here.
final class UnixSocket: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    init() throws(LocalIPCError) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("socket", errno) }
    }

    deinit {
        close(descriptor)
    }

    func connect(to path: String) throws(LocalIPCError) {
        let result = try unsafe Self.withAddress(path) { address, length in
            unsafe Glibc.connect(descriptor, address, length)
        }
        guard result == 0 else {
            let code = errno
            throw code == ENOENT || code == ECONNREFUSED ? .notRunning : .system("connect", code)
        }
    }

    /// Binds the path, which must not exist, with mode 0600 from the start, and listens.
    func listen(at path: String) throws(LocalIPCError) {
        let mask = umask(0o177)
        defer { umask(mask) }
        let result = try unsafe Self.withAddress(path) { address, length in unsafe bind(descriptor, address, length) }
        guard result == 0 else { throw .system("bind", errno) }
        guard Glibc.listen(descriptor, 16) == 0 else { throw .system("listen", errno) }
    }

    /// Waits for a connection; `nil` when the socket was shut down.
    func accept() throws(LocalIPCError) -> UnixSocket? {
        while true {
            let accepted = Glibc.accept(descriptor, nil, nil)
            if accepted >= 0 {
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                return UnixSocket(descriptor: accepted)
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            // Too many files are open just now: those that wait in line can wait a moment longer.
            case EMFILE, ENFILE: usleep(100_000)
            case EINVAL: return nil
            case let code: throw .system("accept", code)
            }
        }
    }

    /// The user at the other end.
    var peerUserID: UInt32? {
        // `struct ucred`: process, user and group, four bytes each.
        var credentials: (Int32, UInt32, UInt32) = (0, 0, 0)
        var length = socklen_t(MemoryLayout.size(ofValue: credentials))
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return nil }
        return credentials.1
    }

    /// Bounds how long one read, or one read or write, may take; 0 for no bound.
    func setTimeout(milliseconds: Int, ofWritesToo: Bool = true) {
        var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        for option in ofWritesToo ? [SO_RCVTIMEO, SO_SNDTIMEO] : [SO_RCVTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Up to 4,096 bytes; empty at the end of the stream.
    func read() throws(LocalIPCError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count >= 0 { return Array(buffer.prefix(count)) }
            guard errno == EINTR else { throw Self.failure("recv", errno) }
        }
    }

    func write(_ bytes: [UInt8]) throws(LocalIPCError) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent...])
                return unsafe send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno != EINTR {
                throw Self.failure("send", errno)
            }
        }
    }

    /// A time-out and a peer that is gone are no fault of the system.
    private static func failure(_ call: String, _ code: Int32) -> LocalIPCError {
        [EAGAIN, ECONNRESET, EPIPE].contains(code) ? .noAnswer : .system(call, code)
    }

    /// Wakes whoever waits in ``accept()`` or ``read()``.
    func shutDown() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private static func withAddress(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(LocalIPCError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .system("the path of the socket", ENAMETOOLONG)
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe body(pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
