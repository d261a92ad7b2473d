internal import Glibc
internal import SystemSupport

/// Finds the server that takes writes.
///
/// All servers are asked at once: one that is silent costs the others nothing.
struct PostgresConnector: Sendable {
    /// How long connecting may take, in milliseconds.
    private static let connectTimeout: Int64 = 5000
    /// How long the silent are waited for once another server has refused: by the next attempt that may be the primary.
    private static let patienceWithSilence: Int64 = 1000
    /// Ends connections whose other side has gone without a word.
    private static let defaults = [
        "application_name": "latchkey", "client_encoding": "UTF8", "target_session_attrs": "read-write",
        "tcp_user_timeout": "5000", "keepalives_idle": "5", "keepalives_interval": "2", "keepalives_count": "3",
    ]
    /// The same for the server's side, which would keep the locks of a machine that was cut off for hours: it has none by itself.
    private static let serverSettings =
        "-c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3"

    let address: PostgresAddress
    /// How long to wait for an answer, in milliseconds.
    var timeout: Int64 = 10_000

    /// One for work that takes its time: a large group is deleted, tables are changed.
    var patient: Self { Self(address: address, timeout: max(timeout, 120_000)) }

    /// Connects to the first server that answers and takes writes.
    ///
    /// - Throws: ``PostgresError``, with what the last server has said.
    func connect() throws(PostgresError) -> PostgresConnection {
        let attempts = address.hosts.compactMap { ConnectionAttempt(parameters(of: $0)) }
        var deadline = Uptime.milliseconds + Self.connectTimeout
        var message = "no server of the database answers"
        while attempts.contains(where: \.isUnderWay), Uptime.milliseconds < deadline {
            for attempt in ready(attempts.filter(\.isUnderWay), before: deadline) {
                switch attempt.proceed() {
                case .connected: return try attempt.take(timeout: timeout)
                case .failed(let reason):
                    message = reason
                    deadline = min(deadline, Uptime.milliseconds + Self.patienceWithSilence)
                case .waiting: break
                }
            }
        }
        throw .lost(message)
    }

    private func parameters(of host: PostgresAddress.Host) -> [String: String] {
        var parameters = address.parameters.merging(Self.defaults) { given, _ in given }
        // What is given comes behind, and wins.
        parameters["options"] = [Self.serverSettings, address.parameters["options"]].compactMap(\.self)
            .joined(separator: " ")
        if !host.name.isEmpty { parameters["host"] = host.name }
        parameters["port"] = host.port
        return parameters
    }

    /// Waits, and says which can go on: libpq would wait for any other, and all the rest with it.
    private func ready(_ attempts: [ConnectionAttempt], before deadline: Int64) -> [ConnectionAttempt] {
        // Nothing ever comes where there is no socket: a server on this machine that is not there refuses at once.
        let failed = attempts.filter { $0.descriptor < 0 }
        guard failed.isEmpty else { return failed }
        var descriptors = attempts.map { attempt in
            var descriptor = pollfd()
            descriptor.fd = attempt.descriptor
            descriptor.events = attempt.waitsForWriting ? Int16(POLLOUT) : Int16(POLLIN)
            return descriptor
        }
        let left = max(min(deadline - Uptime.milliseconds, 100), 1)
        _ = unsafe poll(&descriptors, nfds_t(descriptors.count), Int32(left))
        return zip(attempts, descriptors).filter { $0.1.revents != 0 }.map(\.0)
    }
}
