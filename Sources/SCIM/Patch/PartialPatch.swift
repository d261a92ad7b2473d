internal import Accounts
internal import WireCodec

/// What is left of a PATCH without the operations that cannot be carried out.
///
/// RFC 7644 section 3.5.2 wants all operations or none. That would keep a leaver active for the sake of a name that does
/// not fit, so there are two exceptions: values that do not fit do not stop the rest, and nothing stops a deactivation.
struct PartialPatch: Sendable {
    /// The resource with the operations that can be carried out.
    private(set) var patch: UserPatch
    private let wasActive: Bool
    private var errors: [SCIMError] = []

    init(_ start: UserPatch, of user: User, by steps: [Result<PatchOperation, SCIMError>], _ reader: UserReader) {
        patch = start
        wasActive = user.state == .active
        for step in steps.flatMap(\.parts) {
            do throws(SCIMError) {
                var next = patch
                try next.apply(step.get())
                var changed = user
                _ = try reader.apply(next.document, to: &changed)
                patch = next
            } catch {
                errors.append(error)
            }
        }
    }

    /// Whether the rest is carried out, given the user it would make.
    func mayStand(_ user: User) -> Bool {
        (wasActive && user.state != .active) || errors.allSatisfy { $0.keyword == .invalidValue }
    }

    /// What was left out and why, for the audit.
    var leftOut: String {
        errors.map(\.detail).joined(separator: "; ")
    }
}

extension Result<PatchOperation, SCIMError> {
    fileprivate var parts: [Self] {
        if case .success(let operation) = self { operation.parts.map(Self.success) } else { [self] }
    }
}

extension PatchOperation {
    /// The operation, or one for each part of the name that it sets.
    fileprivate var parts: [Self] {
        guard kind != .remove, path.name == "name", path.filter == nil, path.part == nil, let object = value?.object
        else { return [self] }
        return object.members.map { member in
            let part = AttributePath(
                schema: path.attribute.schema,
                attribute: path.attribute.attribute,
                subAttribute: member.name
            )
            return Self(kind, PatchPath(part), member.value, isImplied: true)
        }
    }
}
