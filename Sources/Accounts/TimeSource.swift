/// Where the parts that drive others get the time from.
///
/// Only the executables make one that reads a clock.
package struct TimeSource: Sendable {
    private let read: @Sendable () -> Int64

    /// Makes a time source from a function that answers Unix milliseconds.
    package init(_ read: @escaping @Sendable () -> Int64) {
        self.read = read
    }

    /// Now, in Unix milliseconds.
    package var milliseconds: Int64 { read() }
    /// Now, in Unix seconds.
    package var seconds: Int64 { read() / 1000 }
}
