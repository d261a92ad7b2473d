/// A credential that can be used up (`docs/threats.md#replay`).
package struct SpentCredential: Sendable {
    /// What identifies the credential, whatever its spelling: 16 to 64 bytes.
    package var identity: [UInt8]
    /// How long after the first use it may be used again, in seconds; 0 for never.
    package var window: Int64
    /// When the record may be forgotten, in Unix seconds.
    ///
    /// It is part of what identifies the credential: the same credential always has the same value.
    package var forgetAt: Int64

    /// Makes a record.
    package init(identity: [UInt8], window: Int64, forgetAt: Int64) {
        self.identity = identity
        self.window = window
        self.forgetAt = forgetAt
    }

    /// Whether it may be used again.
    ///
    /// - Parameters:
    ///   - now: Unix time in seconds.
    ///   - firstUse: When it was used first.
    /// - Returns: `true` within its window; never without one, even if the clock has been set back since.
    package func isReusable(at now: Int64, firstUse: Int64) -> Bool {
        window > 0 && now < firstUse + window
    }
}
