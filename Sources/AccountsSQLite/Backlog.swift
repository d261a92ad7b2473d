/// What waits for one thread, which takes all of it at a time.
struct Backlog<Job> {
    private var waiting: [Job] = []
    /// The thread is at work, and will take what comes.
    private(set) var isDraining = false

    /// How many jobs wait.
    var count: Int { waiting.count }

    /// Adds a job; whether the thread has to be set to work for it.
    mutating func add(_ job: Job) -> Bool {
        waiting.append(job)
        defer { isDraining = true }
        return !isDraining
    }

    /// What waits; with nothing there, the thread is done, and whoever comes next has to set it to work again.
    mutating func take() -> [Job]? {
        isDraining = !waiting.isEmpty
        return takeMore()
    }

    /// What has come meanwhile; the thread stays at work.
    mutating func takeMore() -> [Job]? {
        guard !waiting.isEmpty else { return nil }
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting
    }
}
