internal import Foundation
internal import ServerApp

/// The servers that are put under load.
package struct LoadTarget: Sendable {
    /// Base URLs, of which each number has its own in turn.
    let urls: [String]
    private let mayBeRemote: Bool

    /// Names them.
    ///
    /// - Parameters:
    ///   - urls: `http://host:port`, of one server or of several over one database.
    ///   - mayBeRemote: Whether they may be on other machines.
    /// - Throws: ``CommandFailure`` if they may not, and are.
    package init(_ urls: [String], mayBeRemote: Bool) throws {
        self.urls = urls.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        self.mayBeRemote = mayBeRemote
        for url in urls { try check(url) }
    }

    func browser(_ number: Int) -> WalkthroughBrowser {
        WalkthroughBrowser(baseURL: urls[number % urls.count])
    }

    /// The address of a WebSocket on a server.
    func socket(_ path: String, _ number: Int) -> String {
        let url = urls[number % urls.count]
        return "\(url.hasPrefix("https") ? "wss" : "ws")\(url.drop { $0 != ":" })\(path)"
    }

    /// Makes sure that an address, also one that a server has named, may be used.
    func check(_ url: String) throws {
        guard let host = URL(string: url)?.host() else { throw CommandFailure("\(url) is no URL of a server") }
        let isLoopback = host == "localhost" || host == "::1" || host == "[::1]" || Self.isLoopbackAddress(host)
        guard mayBeRemote || isLoopback else {
            throw CommandFailure(
                "\(host) is not on this machine: --allow-remote sends the load there; use it on servers of your own alone"
            )
        }
    }

    private static func isLoopbackAddress(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
