internal import Glibc

/// A system call that failed.
package struct SystemCallError: Error, CustomStringConvertible {
    /// The call, such as `open`.
    package let call: String
    /// Its `errno`.
    package let code: Int32

    /// Makes an error.
    package init(_ call: String, _ code: Int32) {
        self.call = call
        self.code = code
    }

    /// The call and what the system says of it, such as `open: Permission denied`.
    package var description: String {
        "\(call): \(unsafe String(cString: strerror(code)))"
    }
}
