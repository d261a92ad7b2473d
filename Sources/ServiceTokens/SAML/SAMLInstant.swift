internal import WireCodec

/// Instants as SAML writes them: `xs:dateTime` in UTC (SAML core section 1.3.3).
package enum SAMLInstant {
    /// Writes an instant.
    ///
    /// - Parameter seconds: Unix time.
    /// - Returns: Such as `2026-11-27T11:00:00Z`.
    package static func text(_ seconds: Int64) -> String {
        UTCTime.wholeSeconds(seconds)
    }

    /// Reads an instant; a fraction of a second is dropped.
    ///
    /// - Parameter text: Such as `2026-11-27T11:00:00.123Z`.
    /// - Returns: Unix time in seconds; `nil` for anything else, another zone among it.
    package static func seconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count <= 40, bytes.last == UInt8(ascii: "Z") else { return nil }
        let parts = bytes.dropLast().split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 1 || (parts.count == 2 && !parts[1].isEmpty && parts[1].allSatisfy(isDigit)) else {
            return nil
        }
        return ISOTime(String(decoding: parts[0], as: UTF8.self) + "Z")?.seconds
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
