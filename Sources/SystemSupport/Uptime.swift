internal import Glibc

/// How long the machine has run; nobody can set it.
package enum Uptime {
    /// Milliseconds since it was started, those in which it slept too.
    package static var milliseconds: Int64 {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
