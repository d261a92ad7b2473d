internal import Accounts

/// What the audit says about a changed user: what matters for sign-ins, and no personal data except the user name.
struct UserDifference {
    /// Begins with a colon; empty where there is nothing to say.
    let text: String

    init(from old: User, to new: User) {
        var notes: [String] = []
        if old.username != new.username { notes.append("was \(old.username)") }
        if old.state != new.state { notes.append("now \(new.state.rawValue)") }
        if old.roleID != new.roleID { notes.append(new.roleID.map { "role \($0)" } ?? "no role") }
        if old.passwordHash != new.passwordHash {
            notes.append(new.passwordHash == nil ? "password removed" : "password set")
        }
        if old.isAdministrator != new.isAdministrator {
            notes.append(new.isAdministrator ? "an administrator" : "no administrator any more")
        }
        text = notes.isEmpty ? "" : ": " + notes.joined(separator: ", ")
    }
}
