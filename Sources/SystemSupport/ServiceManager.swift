internal import Glibc

/// Tells the service manager how the process is, by datagrams to the socket that it names in `NOTIFY_SOCKET`.
///
/// Source: sd_notify(3). Without the variable nothing is told.
package struct ServiceManager: Sendable {
    private let path: [UInt8]
    /// How often the service manager wants to hear that the process is well, in microseconds; `nil` if it does not.
    package let watchdogMicroseconds: Int64?

    /// Reads `NOTIFY_SOCKET` and `WATCHDOG_USEC`.
    package init(environment: [String: String]) {
        var path = Array((environment["NOTIFY_SOCKET"] ?? "").utf8)
        // A name that begins with @ is an abstract one, which begins with a zero byte on the wire.
        if path.first == UInt8(ascii: "@") { path[0] = 0 }
        self.path = path.count < 108 ? path : []
        let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        self.watchdogMicroseconds = isOurs ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.filter { $0 > 0 } : nil
    }

    /// The port is open.
    package func ready() {
        send("READY=1")
    }

    /// The configuration is being read again; ``ready()`` follows.
    package func reloading() {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        send("RELOADING=1\nMONOTONIC_USEC=\(Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)")
    }

    /// The process was asked to stop.
    package func stopping() {
        send("STOPPING=1")
    }

    /// The process is well.
    package func alive() {
        send("WATCHDOG=1")
    }

    private func send(_ text: String) {
        guard !path.isEmpty else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let bytes = Array(text.utf8)
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = unsafe bytes.withUnsafeBytes { bytes in
                    unsafe sendto(descriptor, bytes.baseAddress, bytes.count, 0, pointer, length)
                }
            }
        }
    }
}

extension Optional {
    fileprivate func filter(_ isFine: (Wrapped) -> Bool) -> Wrapped? {
        flatMap { isFine($0) ? $0 : nil }
    }
}
