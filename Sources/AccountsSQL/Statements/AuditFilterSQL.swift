package import Accounts
internal import LoginKey

/// An ``AuditFilter`` as a condition of SQL with its arguments; its limit is not in it.
package struct AuditFilterSQL {
    /// The condition.
    package private(set) var text = "1 = 1"
    /// What its question marks stand for.
    package private(set) var arguments: SQLArguments = []

    /// Puts the condition together.
    package init(_ filter: AuditFilter) {
        require("correlation_id = ?", filter.correlationID?.text)
        require("partner_id = ?", filter.partnerID?.text)
        // A Salesforce id is the same user in both of its lengths.
        if let actor = filter.actor {
            text += " AND actor IN (?, ?)"
            arguments += [actor, SalesforceID.otherSpelling(of: actor) ?? actor]
        }
        require("outcome = ?", filter.outcome?.rawValue)
        require("time >= ?", filter.since)
    }

    private mutating func require(_ condition: String, _ value: (any SQLConvertible)?) {
        guard let value else { return }
        text += " AND " + condition
        arguments.append(value)
    }
}
