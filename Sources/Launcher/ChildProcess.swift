internal import Glibc

/// Other programs, started without a shell.
enum ChildProcess {
    /// Runs a program of `PATH` to its end.
    ///
    /// - Returns: What it printed, up to 64 KiB; `nil` if it could not be run or failed.
    static func run(_ name: String, _ arguments: [String]) -> String? {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { return nil }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        unsafe posix_spawn_file_actions_addclose(&actions, ends[0])
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var child: pid_t = 0
        let isStarted = unsafe withArguments([name] + arguments) { list in
            unsafe posix_spawnp(&child, name, &actions, nil, list, environ) == 0
        }
        close(ends[1])
        let output = readAll(ends[0])
        close(ends[0])
        var status: Int32 = 0
        guard isStarted, unsafe waitpid(child, &status, 0) == child, status == 0 else { return nil }
        return output
    }

    /// Starts a program that goes on alone: in a session of its own, with nothing to read from or write to.
    ///
    /// - Returns: The process; `nil` if it could not be started.
    static func startDetached(_ path: String, _ arguments: [String]) -> pid_t? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        // What the browser has left open, however much, is not the client's to keep.
        for descriptor in openDescriptors() where descriptor > 2 {
            unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID, which is not visible to Swift.
        unsafe posix_spawnattr_setflags(&attributes, 0x80)
        var child: pid_t = 0
        let isStarted = unsafe withArguments([path] + arguments) { list in
            unsafe posix_spawn(&child, path, &actions, &attributes, list, environ) == 0
        }
        return isStarted ? child : nil
    }

    /// What this process has open, the listing itself too, which is closed by then: a child skips what is not open.
    ///
    /// Only the C library lists a folder here: Foundation would cost the launcher its start. Each name is read before the next
    /// call, which may take its memory back, and ends with a NUL within the 256 bytes of `d_name` (readdir(3)).
    private static func openDescriptors() -> [Int32] {
        // Without /proc there is nothing to ask: then as many as a process may have open by default.
        guard let folder = unsafe opendir("/proc/self/fd") else { return Array(3..<1024) }
        defer { unsafe closedir(folder) }
        var descriptors: [Int32] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if let descriptor = Int32(name) { descriptors.append(descriptor) }
        }
        return descriptors
    }

    /// How a child has ended; `nil` while it runs.
    static func ending(of child: pid_t) -> Int32? {
        var status: Int32 = 0
        return unsafe waitpid(child, &status, WNOHANG) == 0 ? nil : status
    }

    private static func readAll(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 65_536 {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func withArguments(
        _ arguments: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Bool
    ) -> Bool {
        var list = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer {
            for index in 0..<arguments.count {
                unsafe free(list[index])
            }
        }
        return unsafe list.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return false }
            return unsafe body(start)
        }
    }
}
