internal import AccountAdministration
internal import Accounts
internal import Authentication

/// Carries a batch out with one call of the store, two where users have to be read first.
struct UserBatchRunner: Sendable {
    let store: any UserStore
    let planner: UserPlanner
    let turns: ChangeTurns

    /// What became of each operation, in their order.
    func run(_ batch: UserBatch) async -> [BulkResult] {
        // New users have nothing yet that somebody else could change.
        guard batch.kind != .create else { return await carryOut(batch) }
        return await turns.take(in: planner.administration.partnerID) { await carryOut(batch) }
    }

    private func carryOut(_ batch: UserBatch) async -> [BulkResult] {
        do {
            let users = try await users(of: batch)
            var steps: [Step] = []
            for operation in batch.operations {
                steps.append(await step(operation, batch.kind, users))
            }
            return try await carryOut(steps, batch.kind)
        } catch {
            // The store has not answered: nothing of the batch was done.
            return batch.operations.map { BulkResult($0, SCIMError(error), location: location($0)) }
        }
    }

    /// What comes of one operation: a change, or an answer without one.
    private enum Step {
        case change(BulkOperation, UserChange)
        case result(BulkResult)
    }

    private func step(_ operation: BulkOperation, _ kind: UserBatch.Kind, _ users: [String: User]) async -> Step {
        do {
            guard let change = try await change(operation, kind, users) else {
                return .result(result(operation, "200", users[UserBatch.id(operation) ?? ""]))
            }
            return .change(operation, change)
        } catch {
            return .result(BulkResult(operation, SCIMError(error), location: location(operation)))
        }
    }

    private func change(
        _ operation: BulkOperation,
        _ kind: UserBatch.Kind,
        _ users: [String: User]
    ) async throws -> UserChange? {
        guard kind != .create else {
            guard !operation.bulkID.isEmpty else { throw SCIMError.invalidSyntax("POST needs a bulkId") }
            return try await planner.creation(try operation.requireData())
        }
        guard let user = users[UserBatch.id(operation) ?? ""] else { throw SCIMError.notFound }
        try operation.condition.check(document(user).version)
        guard kind == .update else { return try planner.deletion(of: user) }
        let data = try operation.requireData()
        guard operation.method == "PATCH" else { return try await planner.replacement(of: user, by: data) }
        return try await planner.patch(of: user, by: try PatchOperation.readable(in: data))
    }

    private func carryOut(_ steps: [Step], _ kind: UserBatch.Kind) async throws(AccountsError) -> [BulkResult] {
        let changes = steps.compactMap { step in
            if case .change(_, let change) = step { change } else { nil }
        }
        var outcomes = try await planner.users.carryOut(changes).makeIterator()
        return steps.map { step in
            switch step {
            case .result(let result): result
            case .change(let operation, _): result(operation, kind, outcomes.next())
            }
        }
    }

    private func result(
        _ operation: BulkOperation,
        _ kind: UserBatch.Kind,
        _ outcome: Result<User, AccountsError>?
    ) -> BulkResult {
        switch outcome {
        case .success(let user):
            let status = kind == .create ? "201" : kind == .update ? "200" : "204"
            return result(operation, status, user)
        case .failure(let error): return BulkResult(operation, SCIMError(error), location: location(operation))
        case nil:
            let error = AccountsError(code: .storeUnavailable, message: "the store has not answered")
            return BulkResult(operation, SCIMError(error), location: location(operation))
        }
    }

    private func result(_ operation: BulkOperation, _ status: String, _ user: User?) -> BulkResult {
        guard let user else { return BulkResult(operation, .notFound, location: nil) }
        return BulkResult(
            operation,
            status: status,
            location: planner.links.user(user.id),
            version: user.state == .deleted ? nil : document(user).version
        )
    }

    private func users(of batch: UserBatch) async throws(AccountsError) -> [String: User] {
        let ids = batch.operations.compactMap { UserBatch.id($0).flatMap(ResourceNumber.init) }
        let users = try await store.users(ids.map { User.ID($0.value) }, of: planner.administration.partnerID)
        return Dictionary(users.map { ("\($0.id)", $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func location(_ operation: BulkOperation) -> String? {
        UserBatch.id(operation).flatMap(ResourceNumber.init).map { planner.links.user(User.ID($0.value)) }
    }

    private func document(_ user: User) -> UserDocument {
        UserDocument(user, role: planner.roles[user.roleID], links: planner.links)
    }
}
