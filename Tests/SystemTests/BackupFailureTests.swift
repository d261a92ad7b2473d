import Foundation
import SystemSupport
import Testing

/// `latchkey backup` and `latchkey restore` on disks that are full, read-only or broken: what was there stays, and nothing
/// half done is left.
@Suite(.enabled(if: geteuid() == 0, "only the superuser can mount file systems"))
struct BackupFailureTests {
    /// What may be wrong with a disk.
    enum Failure: CaseIterable {
        case full, readOnly, broken

        /// How the folder `broken` becomes a disk with room for one database, or for less.
        func mount(kibibytes: Int) -> String {
            let size = self == .full ? kibibytes : 8192
            return "mount -t tmpfs -o size=\(size)k tmpfs broken"
        }

        /// What makes it fail once it holds what it has to hold; `disk.so` is the library below.
        var onset: String {
            switch self {
            case .full: ":"
            case .readOnly: "mount -o remount,ro broken"
            case .broken: "export LD_PRELOAD=$PWD/disk.so"
            }
        }

        var words: String {
            switch self {
            case .full: "the disk is full"
            case .readOnly: "read-only file system"
            case .broken: "input/output error"
            }
        }
    }

    /// A C library's calls that fail for files in a folder `broken`, as with a disk that does not write.
    private static let library = #"""
        #define _GNU_SOURCE
        #include <errno.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static int sync_file(long call, int file) {
            char link[64], path[4096];
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            ssize_t count = readlink(link, path, sizeof path - 1);
            path[count < 0 ? 0 : count] = 0;
            if (!strstr(path, "/broken")) return syscall(call, file);
            errno = EIO;
            return -1;
        }
        int fsync(int file) { return sync_file(SYS_fsync, file); }
        int fdatasync(int file) { return sync_file(SYS_fdatasync, file); }
        """#

    /// Runs lines of a shell among mounts of its own, in a folder with a database, a backup of it and a folder `broken`.
    private func run(_ lines: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "latchkey-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/broken", withIntermediateDirectories: true)
        try Self.library.write(toFile: folder + "/disk.c", atomically: true, encoding: .utf8)
        let compiler = ["clang", "-shared", "-fPIC", "-o", folder + "/disk.so", folder + "/disk.c"]
        try Tool.run("/usr/bin/env", compiler)
        let script = """
            latchkey() { "\(ServerProcess.executable.path)" "$@" 2>&1 || echo "status $?"; }
            latchkey group create 12345 --name Acme
            latchkey backup good.sqlite
            \(lines)
            """
        let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        let result = try ChildProcess.run(
            "/usr/bin/unshare",
            ["--mount", "/bin/sh", "-euc", script],
            environment: environment,
            folder: folder,
            withErrors: true
        )
        #expect(result.ending == .exited(0), "\(result.output)")
        return result.output
    }

    @Test(arguments: Failure.allCases)
    func `a backup that cannot be written says why, and leaves nothing`(_ failure: Failure) throws {
        let output = try run(
            """
            \(failure.mount(kibibytes: 100))
            \(failure.onset)
            latchkey backup broken/backup.sqlite
            unset LD_PRELOAD
            ls -A broken
            echo end
            """
        )
        #expect(output.lowercased().contains(failure.words), "\(output)")
        #expect(output.hasSuffix("status 1\nend\n"), "\(output)")
    }

    @Test(arguments: Failure.allCases)
    func `a restore that fails says why, and leaves the database as it was`(_ failure: Failure) throws {
        let output = try run(
            """
            \(failure.mount(kibibytes: 250))
            cp -p latchkey.sqlite broken/
            \(failure.onset)
            latchkey restore good.sqlite --replace --database broken/latchkey.sqlite
            unset LD_PRELOAD
            cmp latchkey.sqlite broken/latchkey.sqlite
            ls -A broken | grep -v '[.]lock$'
            """
        )
        #expect(output.lowercased().contains(failure.words), "\(output)")
        #expect(output.hasSuffix("status 1\nlatchkey.sqlite\n"), "\(output)")
    }
}
