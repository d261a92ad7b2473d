internal import Glibc

/// Prints what a user waits for while the command goes on: at once, even into a file or a pipe.
package func announce(_ text: String) {
    print(text)
    // With no stream named, C flushes all of them (fflush(3)).
    fflush(nil)
}
