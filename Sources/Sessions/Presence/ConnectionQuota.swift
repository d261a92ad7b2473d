/// How many connections there may be: by holder, which is a source or an agent, and in all.
package struct ConnectionQuota: Sendable {
    private let perHolder: Int
    private let total: Int
    private var counts: [String: Int] = [:]
    private var count = 0

    /// Makes an unused quota.
    package init(perHolder: Int, total: Int) {
        self.perHolder = perHolder
        self.total = total
    }

    /// Takes a place; `false` if none is left.
    package mutating func take(_ holder: String) -> Bool {
        guard count < total, counts[holder, default: 0] < perHolder else { return false }
        counts[holder, default: 0] += 1
        count += 1
        return true
    }

    /// Gives back a place.
    package mutating func giveBack(_ holder: String) {
        guard let held = counts[holder] else { return }
        counts[holder] = held == 1 ? nil : held - 1
        count -= 1
    }
}
