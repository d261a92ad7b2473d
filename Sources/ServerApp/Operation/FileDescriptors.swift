internal import Glibc

/// How many files and sockets the process may have open.
struct FileDescriptors {
    /// What the system allows.
    let limit: Int

    /// How many connections that leaves room for, besides the database, the log and whatever else is open.
    var connections: Int { max(limit - 128, limit / 2) }

    /// Asks the system for as many as it gives without privileges.
    static func raise() -> Self {
        var limits = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else {
            return Self(limit: 1024)
        }
        let wanted = min(limits.rlim_max, 1 << 20)
        if limits.rlim_cur < wanted {
            var raised = limits
            raised.rlim_cur = wanted
            if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limits = raised }
        }
        return Self(limit: Int(min(limits.rlim_cur, 1 << 20)))
    }
}
