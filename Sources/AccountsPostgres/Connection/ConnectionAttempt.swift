internal import CPostgreSQL
internal import Glibc

/// One server that is being connected to.
///
/// Every use of `unsafe` is a call of libpq with the attempt's own handle, or lends memory to such a call.
@safe
final class ConnectionAttempt {
    /// How far it has come.
    enum Progress {
        case waiting, connected
        /// Why it has failed.
        case failed(String)
    }

    let host: PostgresAddress.Host
    private var handle: OpaquePointer?
    /// Whether it is neither connected nor failed.
    private(set) var isUnderWay = true
    /// Whether it goes on when something can be sent, and not when something comes.
    private(set) var waitsForWriting = true

    /// Begins; `nil` without memory.
    init?(_ parameters: [String: String], to host: PostgresAddress.Host) {
        self.host = host
        let keywords = unsafe parameters.keys.map { unsafe UnsafePointer(strdup($0)) } + [nil]
        let values = unsafe parameters.values.map { unsafe UnsafePointer(strdup($0)) } + [nil]
        unsafe handle = unsafe PQconnectStartParams(keywords, values, 0)
        let texts = unsafe keywords + values
        for index in unsafe texts.indices { unsafe free(UnsafeMutableRawPointer(mutating: texts[index])) }
        if unsafe handle == nil { return nil }
    }

    deinit {
        unsafe PQfinish(handle)
    }

    /// What to wait on.
    var descriptor: Int32 { unsafe PQsocket(handle) }

    /// Goes on, once what it waits for is there.
    func proceed() -> Progress {
        switch unsafe PQconnectPoll(handle) {
        case PGRES_POLLING_OK:
            isUnderWay = false
            return .connected
        case PGRES_POLLING_FAILED:
            isUnderWay = false
            return .failed(reason)
        case PGRES_POLLING_WRITING: waitsForWriting = true
        default: waitsForWriting = false
        }
        return .waiting
    }

    /// Gives the connection away.
    func take(timeout: Int64) throws(PostgresError) -> PostgresConnection {
        guard let taken = unsafe handle else { throw .lost("") }
        unsafe handle = nil
        return unsafe try PostgresConnection(taken, timeout: timeout)
    }

    private var reason: String {
        let text = unsafe PQerrorMessage(handle)
        return unsafe text.map { unsafe String(cString: $0) }?.split(separator: "\n").first.map(String.init) ?? ""
    }
}
