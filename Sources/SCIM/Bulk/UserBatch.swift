internal import Accounts

/// Consecutive operations of one kind on users, which the store is asked for in one go.
struct UserBatch: Sendable {
    /// What all of them do.
    enum Kind: Sendable {
        case create
        case update
        case delete
    }

    /// What is done.
    let kind: Kind
    /// The operations in their order.
    private(set) var operations: [BulkOperation] = []
    /// The ids of those that are not added; a second operation on the same user has to see what the first one did.
    private var ids: Set<String> = []

    init(_ kind: Kind) {
        self.kind = kind
    }

    /// What an operation does to a user; `nil` for everything else.
    static func kind(of operation: BulkOperation) -> Kind? {
        switch (operation.method, SCIMRoute(operation.path)) {
        case ("POST", .users): .create
        case ("PUT", .user), ("PATCH", .user): .update
        case ("DELETE", .user): .delete
        default: nil
        }
    }

    /// Whether an operation can be done together with the others.
    func takes(_ operation: BulkOperation) -> Bool {
        Self.kind(of: operation) == kind && !(Self.id(operation).map(ids.contains) ?? false)
    }

    /// Adds an operation.
    mutating func append(_ operation: BulkOperation) {
        operations.append(operation)
        if let id = Self.id(operation) { ids.insert(id) }
    }

    /// The id of the user that an operation is about; `nil` if it adds one.
    static func id(_ operation: BulkOperation) -> String? {
        guard case .user(let id) = SCIMRoute(operation.path) else { return nil }
        return id
    }
}
