internal import CSpawn
internal import Glibc

// What posix_spawn(3) is told.
//
// Unsafe: its functions take pointers, and keep none of them but in the two values, which belong to the caller. The texts
// that they are given are copied, or live until the call has returned.

extension ChildProcess {
    /// The child's open files: standard input, output and errors, `/dev/null` for those that are `nil`; and its folder.
    static func add(_ descriptors: [Int32?], _ folder: String?, to actions: inout posix_spawn_file_actions_t) {
        for (number, own) in zip(Int32(0)..., descriptors) {
            if let own {
                unsafe posix_spawn_file_actions_adddup2(&actions, own, number)
            } else {
                unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        if let folder { unsafe posix_spawn_file_actions_addchdir_np(&actions, folder) }
        // The child itself closes the others, however many there are by then.
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    }

    /// No signal is blocked, and SIGPIPE is not ignored.
    static func set(hasOwnSession: Bool, on attributes: inout posix_spawnattr_t) {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        // The last one is POSIX_SPAWN_SETSID, which is not visible to Swift.
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (hasOwnSession ? 0x80 : 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    /// Starts a command, its program first, and gives its process id.
    static func spawn(
        _ command: [String],
        _ environment: [String: String]?,
        _ actions: inout posix_spawn_file_actions_t,
        _ attributes: inout posix_spawnattr_t
    ) throws(SystemCallError) -> pid_t {
        var child: pid_t = 0
        let code = unsafe withCStrings(command) { arguments in
            guard let environment else {
                return unsafe posix_spawnp(&child, command[0], &actions, &attributes, arguments, environ)
            }
            return unsafe withCStrings(environment.map { "\($0)=\($1)" }) { environment in
                unsafe posix_spawnp(&child, command[0], &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw SystemCallError("posix_spawn of \(command[0])", code) }
        return child
    }

    private static func withCStrings(
        _ strings: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) -> Int32 {
        var list = unsafe strings.map { unsafe strdup($0) } + [nil]
        defer {
            for index in 0..<strings.count {
                unsafe free(list[index])
            }
        }
        return unsafe list.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return EINVAL }
            return unsafe body(start)
        }
    }
}
