internal import Glibc
internal import SystemSupport

/// What the process uses of the machine, under the names that Prometheus' own client libraries use, and what it is.
enum ProcessFigures {
    private struct Figure {
        let name: String
        let type: String
        let help: String
        let value: Double
    }

    /// The figures in Prometheus' text format; what cannot be read is left out.
    static var text: String {
        let build = """
            # HELP latchkey_build_info The version that runs.
            # TYPE latchkey_build_info gauge
            latchkey_build_info{version="\(ProductVersion.text)"} 1

            """
        return build
            + figures.map { "# HELP \($0.name) \($0.help)\n# TYPE \($0.name) \($0.type)\n\($0.name) \($0.value)\n" }
            .joined()
    }

    private static var figures: [Figure] {
        var usage = rusage()
        var limit = rlimit()
        var figures: [Figure] = []
        if unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            let seconds = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }
            figures.append(counter("process_cpu_seconds_total", "CPU time in seconds.", seconds[0] + seconds[1]))
        }
        if let pages = Self.residentPages {
            let bytes = pages * Double(sysconf(Int32(_SC_PAGESIZE)))
            figures.append(gauge("process_resident_memory_bytes", "Resident memory in bytes.", bytes))
        }
        if let count = openDescriptors {
            figures.append(gauge("process_open_fds", "Open file descriptors.", count))
        }
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.append(gauge("process_max_fds", "The most file descriptors.", Double(limit.rlim_cur)))
        }
        figures.append(gauge("process_start_time_seconds", "When the server began to measure, in Unix time.", start))
        return figures
    }

    /// When this was first read or made.
    static let start = Double(time(nil))

    private static var residentPages: Double? {
        guard let file = unsafe fopen("/proc/self/statm", "r") else { return nil }
        defer { unsafe fclose(file) }
        var buffer = [CChar](repeating: 0, count: 128)
        let count = unsafe fread(&buffer, 1, buffer.count, file)
        let text = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.split(separator: " ").dropFirst().first.flatMap { Double($0) }
    }

    private static var openDescriptors: Double? {
        guard let folder = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(folder) }
        var count = 0.0
        while unsafe readdir(folder) != nil { count += 1 }
        // Two names of folders, and the descriptor that reads them.
        return count - 3
    }

    private static func counter(_ name: String, _ help: String, _ value: Double) -> Figure {
        Figure(name: name, type: "counter", help: help, value: value)
    }

    private static func gauge(_ name: String, _ help: String, _ value: Double) -> Figure {
        Figure(name: name, type: "gauge", help: help, value: value)
    }
}
