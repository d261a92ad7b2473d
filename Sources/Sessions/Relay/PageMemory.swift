internal import Synchronization

/// What all kept pages of a server may take together.
///
/// Beyond it pages are not kept: late agents then wait for a new snapshot from the visitor.
package final class PageMemory: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    /// - Parameter limit: In bytes.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Changes what one page takes.
    ///
    /// - Returns: Whether there is room for it; a page that shrinks always has.
    func move(from old: Int, to new: Int) -> Bool {
        let (_, total) = used.add(new - old, ordering: .relaxed)
        guard new > old, total > limit else { return true }
        used.subtract(new - old, ordering: .relaxed)
        return false
    }
}
