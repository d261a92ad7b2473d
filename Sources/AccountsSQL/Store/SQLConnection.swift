package import Accounts
package import LoginKey

/// A database within one transaction.
///
/// Statements are written for every database alike: arguments are question marks, which stand in no text of a statement;
/// truth values are 0 and 1; texts are compared byte by byte; what differs is in ``SQLDialect``.
package protocol SQLConnection {
    /// What this database calls what others call otherwise.
    var dialect: SQLDialect { get }

    /// Runs a statement.
    ///
    /// - Returns: How many rows it has changed.
    /// - Throws: ``SQLConstraintViolation``, or an error of the database.
    @discardableResult
    func execute(_ statement: SQLStatement, _ arguments: SQLArguments) throws -> Int

    /// Runs a statement and reads all of its rows.
    ///
    /// - Throws: As ``execute(_:_:)``, and what `read` throws.
    func fetch<Value>(_ statement: SQLStatement, _ arguments: SQLArguments, _ read: RowReader<Value>) throws -> [Value]
}

extension SQLConnection {
    /// Runs a statement and reads its first row; `nil` if it has none.
    package func first<Value>(_ statement: SQLStatement, _ arguments: SQLArguments, _ read: RowReader<Value>) throws
        -> Value?
    {
        try fetch(statement, arguments, read).first
    }

    /// Whether a statement has a row.
    package func exists(_ statement: SQLStatement, _ arguments: SQLArguments) throws -> Bool {
        try first(statement, arguments) { _ in true } ?? false
    }
}

/// A change would break a rule of the tables.
package enum SQLConstraintViolation: Error {
    /// A value is there already that may be there once.
    case unique
    /// What a row points to is not there, or a row that others point to would go.
    case foreignKey
    /// Another rule.
    case other
}

/// What databases call differently.
package struct SQLDialect: Sendable {
    /// Where a text begins in another, from 1; 0 if it does not: called with the text to look in, and the one to look for.
    package let position: String
    /// What a query ends with whose rows are changed next; empty where nobody else can change them meanwhile.
    package let forUpdate: String

    /// The order of the audit's rows with the newest first.
    package let newestEvents: String

    /// The database's clock, in Unix milliseconds.
    package let milliseconds: String
    /// A query that has a row for whoever may write a checkpoint of the audit in this transaction; it waits for nobody.
    package let checkpointLock: String
    /// Up to where all changes of users are there to be read: those that come have this position or a higher one.
    package let nextUserChange: String
    /// Names the history that positions belong to.
    package let timeline: String

    /// Makes a dialect.
    package init(
        position: String,
        forUpdate: String,
        newestEvents: String,
        milliseconds: String,
        checkpointLock: String,
        nextUserChange: String,
        timeline: String
    ) {
        self.position = position
        self.forUpdate = forUpdate
        self.newestEvents = newestEvents
        self.milliseconds = milliseconds
        self.checkpointLock = checkpointLock
        self.nextUserChange = nextUserChange
        self.timeline = timeline
    }
}

/// A transaction that changes something.
///
/// All of its work is done, with its audit events, or none.
package protocol SQLTransaction: SQLConnection {
    /// Writes an event into the audit.
    func append(_ event: AuditEvent) throws
    /// The table of the audit, or a query in brackets for the part of it into which was written since a moment, in Unix
    /// milliseconds.
    func writtenAudit(since last: Int64) throws -> String
    /// Makes all processes read groups, keys and roles anew.
    func raiseRevision() throws
    /// A role of a group; `nil` if it has none with this id.
    func role(_ id: Role.ID, of partnerID: PartnerID) throws -> Role?
    /// Runs work that can be undone by itself: what it is refused for is a value, and another error ends the transaction.
    func isolated<Value>(_ body: () throws -> Value) throws -> Result<Value, AccountsError>
}

extension SQLTransaction {
    /// The table of the audit.
    package var audit: String { "audit" }

    package func writtenAudit(since last: Int64) -> String { audit }

    /// Runs a statement that has to change a row.
    ///
    /// - Throws: ``AccountsError/Code/notFound``, naming what is not there, and as ``SQLConnection/execute(_:_:)``.
    package func change(_ what: String, _ statement: SQLStatement, _ arguments: SQLArguments) throws {
        guard try execute(statement, arguments) > 0 else { throw AccountsError.notFound(what) }
    }

    /// Runs a statement that has to change a row of a certain version, which it compares itself.
    ///
    /// - Parameters:
    ///   - what: What it is called.
    ///   - row: The table, the condition that finds the row in whichever version, and its arguments.
    ///   - statement: Changes the row and raises its version.
    ///   - arguments: The statement's.
    /// - Throws: ``AccountsError/Code/versionConflict`` if the row is there in another version,
    ///   ``AccountsError/Code/notFound`` if it is not there, and as ``SQLConnection/execute(_:_:)``.
    package func change(
        _ what: String,
        ofVersion row: (table: String, condition: String, arguments: SQLArguments),
        _ statement: SQLStatement,
        _ arguments: SQLArguments
    ) throws {
        guard try execute(statement, arguments) == 0 else { return }
        let isThere = try exists("SELECT 1 FROM \(row.table) WHERE \(row.condition)", row.arguments)
        throw isThere ? AccountsError.changedMeanwhile(what) : AccountsError.notFound(what)
    }

    /// Adds a row, by a statement that returns its id.
    ///
    /// - Throws: ``AccountsError/Code/notFound``, naming what is not there if no row was added.
    package func insert(_ what: String, _ statement: SQLStatement, _ arguments: SQLArguments) throws -> Int64 {
        guard let id = try first(statement.followed(by: " RETURNING id"), arguments, { $0.integer(0) }) else {
            throw AccountsError.notFound(what)
        }
        return id
    }
}

extension AccountsError {
    /// What a change is about is not there.
    package static func notFound(_ what: String) -> Self {
        AccountsError(code: .notFound, message: "there is no such \(what)")
    }

    /// What a change is about is not what it was when it was read.
    package static func changedMeanwhile(_ what: String) -> Self {
        AccountsError(code: .versionConflict, message: "\(what) was changed by somebody else meanwhile")
    }

    /// A rule of the tables was broken.
    package static func alreadyExists(_ cause: any Error) -> Self {
        AccountsError(code: .alreadyExists, message: "it exists already", cause: cause)
    }
}
