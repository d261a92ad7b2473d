internal import Accounts
internal import Authentication
internal import WireCodec

/// Carries a bulk request out: in its order, but for operations that refer to what a later one makes.
///
/// Consecutive operations of one kind on users go to the store together. With `failOnErrors` no more of them go at once
/// than may fail, so that nothing is done after the error that ends the request.
struct BulkRun {
    private let users: UserEndpoint
    private let groups: GroupEndpoint
    private let request: BulkRequest
    private var results: [Int: BulkResult] = [:]
    private var errorCount = 0
    private var batch: UserBatch?
    /// What each `bulkId` became; missing as long as it was not made.
    private var ids: [String: String] = [:]
    /// The names of all that was not done yet.
    private var expected: [String: Int]
    private var planner: UserPlanner?

    init(_ request: BulkRequest, users: UserEndpoint, groups: GroupEndpoint) {
        self.users = users
        self.groups = groups
        self.request = request
        self.expected = Dictionary(
            request.operations.filter { $0.method == "POST" }.map { ($0.bulkID, $0.index) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Carries everything out and returns the answer.
    mutating func answer() async -> JSONValue {
        var waiting = request.operations
        while !waiting.isEmpty, !isOver {
            let left = await pass(waiting)
            if left.count == waiting.count {
                for operation in left where !isOver {
                    note(operation, .conflict("the operation refers to a bulkId that was not made"))
                }
                break
            }
            waiting = left
        }
        let documents = results.sorted { $0.key < $1.key }.map(\.value.document)
        return ["schemas": [.string(URN.bulkResponse)], "Operations": .array(documents)]
    }

    private var isOver: Bool {
        request.errorLimit.map { errorCount >= $0 } ?? false
    }

    /// Carries out what can be, and returns what has to wait for others.
    private mutating func pass(_ operations: [BulkOperation]) async -> [BulkOperation] {
        var waiting: [BulkOperation] = []
        for operation in operations {
            let references = operation.references
            if !references.isEmpty { await flush() }
            guard !isOver else { return waiting }
            if references.contains(where: { ids[$0] == nil && expected[$0] != nil }) {
                waiting.append(operation)
            } else if references.contains(where: { ids[$0] == nil }) {
                note(operation, .conflict("the operation refers to a bulkId that was not made"))
            } else {
                await take(references.isEmpty ? operation : operation.resolved(ids))
            }
        }
        await flush()
        return waiting
    }

    private mutating func take(_ operation: BulkOperation) async {
        guard operation.method != "POST" || expected[operation.bulkID] == operation.index else {
            return note(operation, .invalidValue("a bulkId names one operation"))
        }
        guard let kind = UserBatch.kind(of: operation) else {
            await flush()
            if !isOver { note(operation, await alone(operation)) }
            return
        }
        if let batch, !batch.takes(operation) || batch.operations.count >= room { await flush() }
        guard !isOver else { return }
        var batch = self.batch ?? UserBatch(kind)
        batch.append(operation)
        self.batch = batch
    }

    /// How many operations may be done at once, if all of them may fail.
    private var room: Int {
        request.errorLimit.map { $0 - errorCount } ?? BulkRequest.maximumOperationCount
    }

    private mutating func flush() async {
        guard let batch else { return }
        self.batch = nil
        do {
            let runner = UserBatchRunner(store: groups.store, planner: try await currentPlanner(), turns: groups.turns)
            for (operation, result) in zip(batch.operations, await runner.run(batch)) {
                note(operation, result)
            }
        } catch {
            for operation in batch.operations {
                note(operation, SCIMError(error))
            }
        }
    }

    private mutating func currentPlanner() async throws -> UserPlanner {
        if let planner { return planner }
        let planner = try await users.planner()
        self.planner = planner
        return planner
    }

    private mutating func note(_ operation: BulkOperation, _ error: SCIMError) {
        note(operation, BulkResult(operation, error, location: nil))
    }

    private mutating func note(_ operation: BulkOperation, _ result: BulkResult) {
        results[operation.index] = result
        if expected[operation.bulkID] == operation.index { expected[operation.bulkID] = nil }
        if result.error != nil {
            errorCount += 1
        } else if operation.method == "POST" {
            ids[operation.bulkID] = result.id
        }
    }
}

// MARK: Operations on groups

extension BulkRun {
    private mutating func alone(_ operation: BulkOperation) async -> BulkResult {
        // Roles may be others after this.
        planner = nil
        do {
            return try await change(operation)
        } catch {
            return BulkResult(operation, SCIMError(error), location: nil)
        }
    }

    private func change(_ operation: BulkOperation) async throws -> BulkResult {
        switch (operation.method, SCIMRoute(operation.path)) {
        case ("POST", .groups):
            guard !operation.bulkID.isEmpty else { throw SCIMError.invalidSyntax("POST needs a bulkId") }
            return Self.result(operation, "201", try await groups.create(try operation.requireData()))
        case ("PUT", .group(let id)):
            let data = try operation.requireData()
            return Self.result(operation, "200", try await groups.replace(id, by: data, if: operation.condition))
        case ("PATCH", .group(let id)):
            try await groups.patch(id, by: try operation.requireData(), if: operation.condition)
            return BulkResult(operation, status: "204", location: groups.links.url("/Groups/\(id)"))
        case ("DELETE", .group(let id)):
            try await groups.delete(id, if: operation.condition)
            return BulkResult(operation, status: "204", location: groups.links.url("/Groups/\(id)"))
        case (_, .users), (_, .user), (_, .groups), (_, .group): throw SCIMError.methodNotAllowed
        default: throw SCIMError.invalidPath("path leads to /Users or /Groups")
        }
    }

    private static func result(_ operation: BulkOperation, _ status: String, _ answer: ResourceAnswer) -> BulkResult {
        BulkResult(operation, status: status, location: answer.location, version: answer.version)
    }
}
