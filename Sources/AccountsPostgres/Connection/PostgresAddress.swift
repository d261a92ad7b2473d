internal import CPostgreSQL

/// Where the database is: a connection URI of PostgreSQL.
///
/// All of libpq's parameters can be used, such as `sslmode`, `sslrootcert` and `passfile`. With several hosts, the one
/// that takes writes is found by asking all of them at once.
package struct PostgresAddress: Sendable {
    /// The parameters, without hosts and ports.
    let parameters: [String: String]
    /// The servers.
    let hosts: [Host]
    /// The URI without a password, for messages.
    package let description: String

    /// One server.
    struct Host: Hashable, Sendable {
        /// A name, an address, or a folder with a socket.
        let name: String
        /// The port.
        let port: String
    }

    /// Why an address cannot be used.
    package struct Invalid: Error, CustomStringConvertible {
        /// In words, without a password.
        package let description: String
    }

    /// Whether a text is the address of a PostgreSQL database, and no file.
    package static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
    }

    /// Reads an address.
    ///
    /// - Parameter text: The URI, as `postgresql://latchkey@db1,db2/latchkey?sslmode=verify-full`. Every user of the
    ///   machine can see a program's arguments: it may hold no password.
    /// - Throws: ``Invalid``.
    package init(_ text: String) throws(Invalid) {
        var found = try Self.parse(text)
        guard found["password"] == nil, found["sslpassword"] == nil else {
            throw Invalid(
                description:
                    "the address of the database holds a password, which others can see: put it into a file of "
                    + "mode 0600 with a line host:port:database:user:password, and name the file with ?passfile="
            )
        }
        let names = (found.removeValue(forKey: "host") ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let ports = (found.removeValue(forKey: "port") ?? "").split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "5432" : String($0) }
        guard ports.count == 1 || ports.count == names.count else {
            throw Invalid(description: "the address of the database does not have as many ports as hosts")
        }
        hosts = names.enumerated()
            .map { index, name in
                Host(name: String(name), port: ports.count == 1 ? ports[0] : ports[index])
            }
        parameters = found
        description = text
    }

    private static func parse(_ text: String) throws(Invalid) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = unsafe PQconninfoParse(text, &message) else {
            defer { unsafe PQfreemem(message) }
            let reason = unsafe message.map { unsafe String(cString: $0) } ?? ""
            throw Invalid(
                description: "the address of the database cannot be read: \(reason.split(separator: "\n").first ?? "")"
            )
        }
        defer { unsafe PQconninfoFree(options) }
        var found: [String: String] = [:]
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe found[String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option = unsafe option.advanced(by: 1)
        }
        return found
    }
}
