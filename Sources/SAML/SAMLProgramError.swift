/// Why the program has not answered with what it was asked for.
package struct SAMLProgramError: Error, CustomStringConvertible {
    /// Whether it is what was given to it; otherwise it does not run.
    package let isRefusal: Bool
    /// What to tell an administrator; nothing of what was given to it.
    package let description: String

    static func refused(_ description: String) -> Self { Self(isRefusal: true, description: description) }
    static func unavailable(_ description: String) -> Self { Self(isRefusal: false, description: description) }
}
