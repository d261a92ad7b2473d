internal import Glibc

/// Prints what somebody waits for while the command goes on: at once, into a file or a pipe too.
package func announce(_ text: String) {
    print(text)
    // With no stream named, C flushes all of them (fflush(3)).
    fflush(nil)
}
