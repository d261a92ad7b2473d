internal import ArgumentParser
internal import LoginKey

/// PartnerUserIds that differ by a number: `agent-1..500`, or `agent-001..500` for three digits each.
struct NumberedUsers: ExpressibleByArgument {
    private static let maximumCount = 1_000_000

    /// All of them, in order.
    let all: [PartnerUserID]

    init?(argument: String) {
        let ends = argument.split(separator: "..", omittingEmptySubsequences: false)
        guard ends.count == 2, let last = Int(ends[1]) else { return nil }
        let digits = ends[0].reversed().prefix { ("0"..."9").contains($0) }.count
        let prefix = ends[0].dropLast(digits)
        guard let first = Int(ends[0].suffix(digits)), first <= last, last - first < Self.maximumCount else {
            return nil
        }
        let users = (first...last)
            .compactMap { number -> PartnerUserID? in
                let zeros = String(repeating: "0", count: max(digits - "\(number)".count, 0))
                return try? PartnerUserID(parsing: "\(prefix)\(zeros)\(number)")
            }
        guard users.count == last - first + 1 else { return nil }
        all = users
    }
}
