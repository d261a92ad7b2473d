internal import Accounts
internal import AccountsSQL

/// What a look-up has read.
///
/// A refusal makes up for what the look-up did not have to read, so that its time does not tell whether the group or the
/// user exists (`docs/threats.md#timing`). Grants do not pay for it.
struct LookUpWork {
    /// How often a user was looked for.
    var userQueries = 0
    /// How often one was found, and its row read.
    var userRows = 0
    /// How often a group was looked for in the database, because it was not remembered.
    var groupQueries = 0
}

extension BatchContext {
    /// Reads what the longest look-up of this kind would have read.
    ///
    /// - Parameters:
    ///   - work: What was read.
    ///   - reference: Whom it was about.
    /// - Throws: An error of the database.
    func makeUp(for work: LookUpWork, of reference: AccountReference) throws {
        let statements = try caches.statements
        let queries = reference.otherSpelling == nil ? 1 : 2
        for _ in min(work.userQueries, queries)..<queries { _ = try statements.user(reference) }
        if work.userRows == 0 { _ = try statements.anyUser.first { try Rows.user($0) } }
        if work.groupQueries == 0 {
            _ = try connection.exists("\(Rows.selectGroup)", [""])
        }
    }
}
