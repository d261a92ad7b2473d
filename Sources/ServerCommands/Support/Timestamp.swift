internal import WireCodec

/// A moment for the terminal: ISO 8601 in UTC, to the second.
enum Timestamp {
    static func text(_ seconds: Int64) -> String {
        UTCTime.wholeSeconds(seconds)
    }
}
