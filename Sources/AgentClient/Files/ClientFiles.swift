package import Foundation

/// Where the client keeps its files, by the rules of XDG desktops; folders are made with mode 0700.
package struct ClientFiles: Sendable {
    /// The settings, written by `latchkey-client server` or an administrator.
    package let configuration: URL
    /// The client's own private key.
    package let key: URL
    /// The groups that were accepted on this computer.
    package let groups: URL
    /// The log.
    package let log: URL

    /// Finds the folders and makes those that are not there.
    ///
    /// - Parameter environment: `XDG_CONFIG_HOME`, `XDG_DATA_HOME`, `XDG_STATE_HOME` and `HOME` are read.
    /// - Throws: ``ClientError`` if neither is set, or an error of the file system.
    package init(environment: [String: String]) throws {
        func folder(_ variable: String, _ standard: String) throws -> URL {
            var base = environment[variable] ?? ""
            if !base.hasPrefix("/") {
                guard let home = environment["HOME"], home.hasPrefix("/") else {
                    throw ClientError("neither \(variable) nor HOME is set")
                }
                base = home + standard
            }
            let folder = URL(filePath: base).appending(path: "latchkey")
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            return folder
        }
        configuration = try folder("XDG_CONFIG_HOME", "/.config").appending(path: "client.json")
        key = try folder("XDG_DATA_HOME", "/.local/share").appending(path: "client.key")
        let state = try folder("XDG_STATE_HOME", "/.local/state")
        groups = state.appending(path: "groups")
        log = state.appending(path: "client.log")
    }
}

/// Why the client cannot do something, in a sentence.
package struct ClientError: Error, CustomStringConvertible {
    /// The sentence.
    package let description: String

    /// Makes an error of one sentence.
    package init(_ description: String) {
        self.description = description
    }
}
