/// Waiting work of many groups and sources: groups take turns, and within a group its sources do.
///
/// A source that sends a lot delays only itself, and a group that many sources flood delays only itself.
struct PasswordTurns {
    /// How much may wait for one source, for one group, and in total.
    static let (maximumOfSource, maximumOfGroup, maximum) = (8, 1024, 4096)

    private var groups = Turns<GroupTurns>()

    /// Adds work; `false` if too much is already waiting.
    mutating func add(_ work: @escaping @Sendable () -> Void, group: String, source: String) -> Bool {
        guard groups.count < Self.maximum else { return false }
        return groups.add(to: group, GroupTurns()) { $0.add(work, source: source) }
    }

    /// The first work of the group and source whose turn it is; both then wait behind all others.
    mutating func next() -> (@Sendable () -> Void)? {
        groups.next { $0.next() }
    }

    /// What is waiting for one group.
    private struct GroupTurns {
        var sources = Turns<[@Sendable () -> Void]>()

        mutating func add(_ work: @escaping @Sendable () -> Void, source: String) -> Bool {
            guard sources.count < maximumOfGroup else { return false }
            return sources.add(to: source, []) { works in
                guard works.count < maximumOfSource else { return false }
                works.append(work)
                return true
            }
        }

        mutating func next() -> (@Sendable () -> Void)? {
            sources.next { $0.isEmpty ? nil : $0.removeFirst() }
        }
    }
}

/// Queues that take turns.
private struct Turns<Queue> {
    /// How much is waiting in all of them.
    private(set) var count = 0
    /// Whose turn it is, and who is next.
    private var order: [String] = []
    private var queues: [String: (queue: Queue, count: Int)] = [:]

    /// Adds to one queue, which takes its turn after the others if it was empty.
    mutating func add(to name: String, _ empty: Queue, _ add: (inout Queue) -> Bool) -> Bool {
        var entry = queues[name] ?? (empty, 0)
        guard add(&entry.queue) else { return false }
        if entry.count == 0 { order.append(name) }
        entry.count += 1
        queues[name] = entry
        count += 1
        return true
    }

    /// Takes from the queue whose turn it is.
    mutating func next<Value>(_ take: (inout Queue) -> Value?) -> Value? {
        guard let name = order.first, var entry = queues[name], let value = take(&entry.queue) else { return nil }
        order.removeFirst()
        entry.count -= 1
        count -= 1
        queues[name] = entry.count == 0 ? nil : entry
        if entry.count > 0 { order.append(name) }
        return value
    }
}
