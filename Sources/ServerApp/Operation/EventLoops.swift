internal import FoundationEssentials
internal import NIOCore

/// The event loops of the process.
package enum EventLoops {
    /// Makes as many event loops as there are processors that the process may use (`taskset`, `CPUAffinity=` of systemd).
    ///
    /// NIO counts all processors of the machine or of the control group: more loops than processors pass frames to each
    /// other for nothing. `NIO_SINGLETON_GROUP_LOOP_COUNT` in the environment goes before. To be called once, before anything
    /// uses the network.
    package static func useAllowedProcessors() {
        guard ProcessInfo.processInfo.environment["NIO_SINGLETON_GROUP_LOOP_COUNT"] == nil,
            let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let allowed = allowedProcessors(status)
        else { return }
        NIOSingletons.groupLoopCountSuggestion = min(allowed, System.coreCount)
    }

    /// How many processors are named in `/proc/<pid>/status` (proc(5), `Cpus_allowed`); `nil` if it does not say.
    static func allowedProcessors(_ status: String) -> Int? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
        guard let digits = line?.dropFirst("Cpus_allowed:".count).filter({ $0 != "," && $0 != "\t" && $0 != " " })
        else {
            return nil
        }
        let count = digits.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }
}
