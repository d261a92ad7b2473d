internal import Glibc
internal import Synchronization

/// A pipe, closed with the value.
///
/// Its unsafe calls, pipe(2), write(2), poll(2) and read(2), take pointers to values of the caller, which keep their place until
/// the call returns, and are told how long they are.
package final class AnonymousPipe: Sendable {
    /// Where to read; -1 once it is closed.
    package var readEnd: Int32 { ends.withLock { $0.read } }
    /// Where to write; -1 once it is closed.
    package var writeEnd: Int32 { ends.withLock { $0.write } }

    private let ends: Mutex<(read: Int32, write: Int32)>

    /// Makes a pipe, which children do not get by themselves.
    ///
    /// - Throws: ``SystemCallError``.
    package init() throws(SystemCallError) {
        var both: [Int32] = [-1, -1]
        guard unsafe pipe(&both) == 0 else { throw SystemCallError("pipe", errno) }
        for end in both {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        ends = Mutex((both[0], both[1]))
    }

    deinit {
        close()
    }

    /// Closes both ends.
    package func close() {
        closeWriteEnd()
        ends.withLock { ends in
            if ends.read >= 0 { Glibc.close(ends.read) }
            ends.read = -1
        }
    }

    /// Closes the end for writing; who reads comes to the end.
    package func closeWriteEnd() {
        ends.withLock { ends in
            if ends.write >= 0 { Glibc.close(ends.write) }
            ends.write = -1
        }
    }

    /// Writes a text; blocks the thread if nobody reads and it is longer than the pipe, 64 KiB.
    ///
    /// - Throws: ``SystemCallError``.
    package func write(_ text: String) throws(SystemCallError) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(writeEnd, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemCallError("write", errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads to the end, or until a time; blocks the thread.
    ///
    /// - Parameters:
    ///   - limit: How much is kept, in bytes; the rest is read and dropped.
    ///   - end: When to stop.
    ///   - stop: When to stop, seen with what was read; never if left out.
    /// - Returns: What was read, as UTF-8.
    package func read(
        _ limit: Int,
        until end: ContinuousClock.Instant,
        or stop: ([UInt8]) -> Bool = { _ in false }
    ) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !stop(bytes) {
            var entry = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            let rest = (end - .now) / .milliseconds(1)
            guard rest > 0 else { break }
            let ready = unsafe poll(&entry, 1, Int32(min(rest.rounded(.up), 60_000)))
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            let count = unsafe Glibc.read(readEnd, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer.prefix(min(count, limit - bytes.count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a line; blocks the thread.
    ///
    /// - Parameter patience: How long to wait for its end.
    /// - Returns: What was read, without the line break.
    package func line(within patience: Duration) -> String {
        let text = read(4096, until: .now + patience) { $0.last == 0x0A }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
