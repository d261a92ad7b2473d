internal import Accounts

extension AuditVerification {
    /// What does not match, as a sentence; `nil` if everything does.
    var flaw: String? {
        if let firstBroken {
            "Row \(firstBroken) does not match the one before it."
        } else if let firstBrokenCheckpoint {
            "Checkpoint \(firstBrokenCheckpoint) is not signed with this master key, or does not match the one before it."
        } else if let missing {
            "Row \(missing.id) is missing, or differs from what a checkpoint recorded: rows were removed or rewritten."
        } else {
            nil
        }
    }
}
