internal import AccountsSQL
internal import CPostgreSQL
internal import Glibc
internal import SystemSupport

/// A connection to a PostgreSQL server, which works in pipelines.
///
/// Statements are sent together, and one round trip later all of their results are there. Every wait has an end; after
/// it, or an error of the connection, it is broken for good.
///
/// Used by one thread at a time; whoever owns it sees to that. Every use of `unsafe` is a call of libpq with the
/// connection's own handle, or lends memory to such a call.
@safe
final class PostgresConnection {
    /// One statement of a pipeline.
    struct Command {
        let statement: SQLStatement
        let arguments: SQLArguments

        init(_ statement: SQLStatement, _ arguments: SQLArguments = []) {
            self.statement = statement
            self.arguments = arguments
        }
    }

    /// How many statements are kept prepared, at most.
    private static let maximumPrepared = 200

    /// What comes back for something that was sent.
    private enum Expected {
        /// The result of a statement, for the caller.
        case result
        /// That a statement is prepared.
        case prepared(String)
    }

    private let handle: OpaquePointer
    private let warning: UnsafeMutablePointer<Bool>
    private let timeout: Int64
    private var prepared: [String: String] = [:]
    private var preparedCount = 0
    /// Whether it can be used no more.
    private(set) var isBroken = false

    /// Takes over a connection that stands.
    ///
    /// - Parameters:
    ///   - handle: libpq's; it is finished in the end.
    ///   - timeout: How long to wait for an answer, in milliseconds.
    /// - Throws: ``PostgresError``.
    init(_ handle: OpaquePointer, timeout: Int64) throws(PostgresError) {
        unsafe self.handle = unsafe handle
        unsafe warning = UnsafeMutablePointer<Bool>.allocate(capacity: 1)
        unsafe warning.initialize(to: false)
        self.timeout = timeout
        unsafe PQsetNoticeReceiver(handle, Self.receiveNotice, warning)
        guard unsafe PQsetnonblocking(handle, 1) == 0, unsafe PQenterPipelineMode(handle) == 1 else { throw .lost("") }
    }

    deinit {
        unsafe PQfinish(handle)
        unsafe warning.deallocate()
    }

    /// Whether the server has warned of something since this was asked last.
    ///
    /// A commit that no standby has confirmed is reported in this way.
    func takeWarning() -> Bool {
        defer { unsafe warning.pointee = false }
        return unsafe warning.pointee
    }

    private static let receiveNotice: PQnoticeReceiver = { context, result in
        guard let field = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "V"))) else { return }
        if unsafe strcmp(field, "WARNING") == 0 { unsafe context?.assumingMemoryBound(to: Bool.self).pointee = true }
    }

    /// The number of the server's process that serves the connection.
    var backendID: Int64 { Int64(unsafe PQbackendPID(handle)) }

    /// Runs statements in one round trip.
    ///
    /// Outside of a transaction they are one.
    ///
    /// - Returns: A result for each statement.
    /// - Throws: ``SQLConstraintViolation`` or ``PostgresError``, of the first that fails; those behind it are not run.
    func run(_ commands: [Command]) throws -> [PostgresResult] {
        guard !isBroken else { throw PostgresError.lost("") }
        do {
            var expected: [Expected] = []
            for command in commands { try send(command, &expected) }
            guard unsafe PQpipelineSync(handle) == 1 else { throw lost() }
            return try receive(expected)
        } catch let error as PostgresError where error.isOfConnection {
            isBroken = true
            throw error
        }
    }

    /// Runs one statement.
    func run(_ statement: SQLStatement, _ arguments: SQLArguments = []) throws -> PostgresResult {
        guard let result = try run([Command(statement, arguments)]).first else { throw lost() }
        return result
    }

    /// Runs statements as one transaction, which is undone if one of them fails.
    ///
    /// - Throws: What `body` throws, and ``PostgresError``, also when no standby has confirmed the commit.
    func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        _ = try run("BEGIN")
        do {
            let value = try body()
            _ = takeWarning()
            _ = try run("COMMIT")
            guard !takeWarning() else { throw PostgresError.lost("no standby has confirmed the commit") }
            return value
        } catch {
            _ = try? run("ROLLBACK")
            throw error
        }
    }

    // MARK: Sending

    /// Puts a statement into the pipeline, and notes what will come back.
    private func send(_ command: Command, _ expected: inout [Expected]) throws {
        let text = command.statement.text
        let values = command.arguments.map { PostgresText.encode(SQLValue($0)) }
        let name = command.statement.isPrepared ? try prepare(text, &expected) : nil
        unsafe try withPointers(values) { pointers in
            if let name {
                unsafe PQsendQueryPrepared(handle, name, Int32(values.count), pointers, nil, nil, 0)
            } else {
                unsafe PQsendQueryParams(
                    handle,
                    Self.numbered(text),
                    Int32(values.count),
                    nil,
                    pointers,
                    nil,
                    nil,
                    0
                )
            }
        }
        expected.append(.result)
    }

    /// The name of a prepared statement; `nil` if there are too many already.
    private func prepare(_ text: String, _ expected: inout [Expected]) throws -> String? {
        if let name = prepared[text] { return name }
        guard prepared.count < Self.maximumPrepared else { return nil }
        preparedCount += 1
        let name = "s\(preparedCount)"
        guard unsafe PQsendPrepare(handle, name, Self.numbered(text), 0, nil) == 1 else { throw lost() }
        expected.append(.prepared(text))
        prepared[text] = name
        return name
    }

    /// Lends libpq the values as C strings; `nil` stays a null pointer.
    private func withPointers(
        _ values: [[UInt8]?],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Int32
    ) throws {
        var bytes: [CChar] = []
        let offsets = values.map { value -> Int? in
            guard let value else { return nil }
            defer { bytes.append(contentsOf: value.map { CChar(bitPattern: $0) } + [0]) }
            return bytes.count
        }
        let sent = unsafe bytes.withUnsafeBufferPointer { memory in
            let pointers = unsafe offsets.map { offset in
                unsafe offset.flatMap { unsafe memory.baseAddress?.advanced(by: $0) }
            }
            return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
        }
        guard sent == 1 else { throw lost() }
    }

    /// Question marks become `$1`, `$2` and so on.
    private static func numbered(_ text: String) -> String {
        var (result, number) = ("", 0)
        for part in text.split(separator: "?", omittingEmptySubsequences: false) {
            if number > 0 { result += "$\(number)" }
            result += part
            number += 1
        }
        return result
    }

    // MARK: Receiving

    private func receive(_ expected: [Expected]) throws -> [PostgresResult] {
        let deadline = Uptime.milliseconds + timeout
        var results: [PostgresResult] = []
        var failure: (any Error)?
        for expected in expected {
            var isDone = false
            // Each result is followed by a null pointer.
            while let handle = unsafe try next(before: deadline) {
                let result = unsafe PostgresResult(handle)
                let status = unsafe PQresultStatus(handle)
                isDone = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK
                if status == PGRES_FATAL_ERROR, failure == nil { failure = unsafe error(of: handle) }
                if isDone, case .result = expected { results.append(result) }
            }
            // What stands behind a failure is not carried out.
            if !isDone, case .prepared(let text) = expected { prepared[text] = nil }
        }
        guard let sync = unsafe try next(before: deadline) else { throw lost() }
        defer { unsafe PQclear(sync) }
        guard unsafe PQresultStatus(sync) == PGRES_PIPELINE_SYNC else { throw lost() }
        if let failure { throw failure }
        return results
    }

    /// The next result, waited for; `nil` where libpq has a null pointer.
    private func next(before deadline: Int64) throws(PostgresError) -> OpaquePointer? {
        while true {
            let rest = unsafe PQflush(handle)
            guard rest >= 0 else { throw lost() }
            if rest == 0, unsafe PQisBusy(handle) == 0 { return unsafe PQgetResult(handle) }
            try wait(forWriting: rest > 0, before: deadline)
            guard unsafe PQconsumeInput(handle) == 1 else { throw lost() }
        }
    }

    private func wait(forWriting: Bool, before deadline: Int64) throws(PostgresError) {
        var descriptor = pollfd()
        descriptor.fd = unsafe PQsocket(handle)
        descriptor.events = Int16(POLLIN) | (forWriting ? Int16(POLLOUT) : 0)
        while true {
            let left = deadline - Uptime.milliseconds
            guard left > 0 else { throw .timedOut }
            let count = unsafe poll(&descriptor, 1, Int32(min(left, 60_000)))
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw lost() }
        }
    }

    // MARK: Errors

    private func error(of result: OpaquePointer) -> any Error {
        let field = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C")))
        let state = unsafe field.map { unsafe String(cString: $0) } ?? ""
        switch state {
        case "23505": return SQLConstraintViolation.unique
        case "23503": return SQLConstraintViolation.foreignKey
        case _ where state.hasPrefix("23"): return SQLConstraintViolation.other
        default:
            let text = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "M")))
            let message = unsafe text.map { unsafe String(cString: $0) } ?? ""
            // A server that shuts down says so and hangs up.
            let isLost = state.hasPrefix("57P") || state.hasPrefix("08")
            return isLost ? PostgresError.lost(message) : PostgresError(state: state, message: message)
        }
    }

    private func lost() -> PostgresError {
        let text = unsafe PQerrorMessage(handle)
        let message = unsafe text.map { unsafe String(cString: $0) } ?? ""
        return .lost(message.split(separator: "\n").first.map(String.init) ?? "")
    }
}
