internal import Accounts
internal import WireCodec

/// Where a server listens and how people reach it, and where the two do not match.
package struct Reachability {
    let host: String
    let port: Int
    let isSecure: Bool
    let publicURL: ServerURL
    /// A proxy is trusted: only the operator knows what is in front of the server.
    let hasProxy: Bool

    /// What is printed once the server runs: a line with both, and one for each doubt.
    package var text: String {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        return (["Latchkey is running at \(publicURL), and listens on \(place)"] + doubts.map { "Warning: \($0)" })
            .joined(separator: "\n")
    }

    /// Why people may not reach it.
    var doubts: [String] {
        guard !hasProxy else { return [] }
        let name = publicURL.host
        if ["0.0.0.0", "::"].contains(name) {
            return ["nobody can open \(publicURL): use --public-url to say which name people reach the server at"]
        }
        if Origin.isLoopback(host), !Origin.isLoopback(name) {
            return [
                "only this computer can connect to \(host), and people come to \(name): listen elsewhere with --host, "
                    + "or name the proxy on this computer in http.trustedProxies"
            ]
        }
        var doubts: [String] = []
        if publicURL.scheme.isSecure != isSecure {
            let spoken = isSecure ? "TLS" : "plain HTTP"
            doubts.append(
                "people come by \(publicURL.scheme), and the server speaks \(spoken): see http.publicURL and tls.certificateFile"
            )
        }
        if publicURL.port != port {
            doubts.append(
                "people come to port \(publicURL.port), and the server listens on \(port): see --port and --public-url, "
                    + "unless something in between passes connections on"
            )
        }
        return doubts
    }
}

extension Settings {
    /// Where the server of these settings listens, and how it is reached.
    ///
    /// - Throws: ``CommandFailure`` for a setting that is not valid.
    package func reachability() throws -> Reachability {
        Reachability(
            host: text(.httpHost),
            port: try number(.httpPort, in: 1...65_535),
            isSecure: try isSecure(),
            publicURL: try publicURL(),
            hasProxy: nonEmpty(.httpTrustedProxies) != nil
        )
    }
}
