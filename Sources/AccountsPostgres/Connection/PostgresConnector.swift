internal import Glibc
internal import SystemSupport

/// Finds the server that takes writes.
///
/// All servers are asked at once: one that is silent costs the others nothing.
struct PostgresConnector: Sendable {
    /// How long connecting may take, in milliseconds.
    private static let connectTimeout: Int64 = 5000
    /// How long the silent are waited for once another server has refused.
    private static let patienceWithSilence: Int64 = 1000
    /// Who has refused is asked again so much later, as long as others are waited for: a standby can be the primary by then.
    private static let pauseAfterRefusal: Int64 = 100
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

    /// One for work on all rows of a large table: a server that is gone is noticed by the keep-alives of TCP.
    var longRunning: Self { Self(address: address, timeout: 86_400_000) }

    /// Connects to the first server that answers and takes writes.
    ///
    /// - Throws: ``PostgresError``, with what the last server has said.
    func connect() throws(PostgresError) -> PostgresConnection {
        let first = address.hosts.compactMap { ConnectionAttempt(parameters(of: $0), to: $0) }
        var attempts = first
        var refusals: [(host: PostgresAddress.Host, at: Int64)] = []
        var deadline = Uptime.milliseconds + Self.connectTimeout
        var message = "no server of the database answers"
        while attempts.contains(where: \.isUnderWay), Uptime.milliseconds < deadline {
            if first.contains(where: \.isUnderWay) { attempts += repeatedAttempts(&refusals) }
            for attempt in ready(attempts.filter(\.isUnderWay), before: deadline) {
                switch attempt.proceed() {
                case .connected: return try attempt.take(timeout: timeout)
                case .failed(let reason):
                    message = reason
                    refusals.append((attempt.host, Uptime.milliseconds))
                    deadline = min(deadline, Uptime.milliseconds + Self.patienceWithSilence)
                case .waiting: break
                }
            }
        }
        throw .lost(message)
    }

    /// Asks those again who have refused a while ago.
    private func repeatedAttempts(_ refusals: inout [(host: PostgresAddress.Host, at: Int64)]) -> [ConnectionAttempt] {
        let moment = Uptime.milliseconds - Self.pauseAfterRefusal
        let due = refusals.filter { $0.at <= moment }
        refusals.removeAll { $0.at <= moment }
        return due.compactMap { ConnectionAttempt(parameters(of: $0.host), to: $0.host) }
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
