internal import AgentClient
internal import Foundation

extension ClientFiles {
    /// The files of whoever runs the command.
    static func own() throws -> ClientFiles {
        try ClientFiles(environment: ProcessInfo.processInfo.environment)
    }
}

extension ClientConfiguration {
    /// Changes the configuration of whoever runs the command.
    static func change(_ body: (inout ClientConfiguration) throws -> Void) throws {
        let files = try ClientFiles.own()
        var configuration = try ClientConfiguration(files)
        try body(&configuration)
        try configuration.save(files)
    }
}
