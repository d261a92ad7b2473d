internal import FoundationEssentials

/// A moment for the terminal: ISO 8601 in UTC, to the second.
enum Timestamp {
    static func text(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }
}
