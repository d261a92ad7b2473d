internal import Accounts

extension AuditVerification {
    /// What does not fit, as a sentence; `nil` if everything does.
    var flaw: String? {
        if let firstBroken {
            "Row \(firstBroken) does not fit to the one before it."
        } else if let firstBrokenCheckpoint {
            "Checkpoint \(firstBrokenCheckpoint) is not signed with this master key, or does not fit to the one before it."
        } else if let missing {
            "Row \(missing.id) is not there, or is another than a checkpoint says: rows were removed or rewritten."
        } else {
            nil
        }
    }
}
