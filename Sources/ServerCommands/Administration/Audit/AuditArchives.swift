internal import Accounts
internal import Foundation
internal import ServerApp

/// What a check of archived rows has found.
struct AuditArchives {
    /// What was found in the files; nothing if none was named.
    let found: AuditVerification
    /// Whether the store begins where the files end; `true` if none was named.
    let isJoined: Bool
    /// How many rows there are, for people.
    let text: String

    /// Checks archives.
    ///
    /// - Parameters:
    ///   - paths: The files, the oldest first.
    ///   - archived: Where the store's chains begin.
    ///   - noted: A hash that was noted earlier.
    /// - Returns: What was found.
    /// - Throws: ``CommandFailure`` for a file that cannot be read, or is no archive.
    static func verify(
        _ paths: [String],
        joining archived: [AuditHead],
        lookingFor noted: [UInt8]?
    ) throws -> Self {
        guard !paths.isEmpty else { return notAsked(archived) }
        var check = AuditCheck(lookingFor: noted)
        var joints = Set(archived)
        for path in paths {
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw CommandFailure("\(path) cannot be read; does it exist, and do you have permission to read it?")
            }
            let (_, rest) = try AuditLineReader(path: path)
                .read(handle) { row in
                    check.add(row.id, row.event, row.hash)
                    joints.remove(AuditHead(id: row.id, hash: row.hash))
                }
            guard rest.isEmpty else { throw CommandFailure("\(path): the last line is cut off") }
        }
        return Self(found: check.found, isJoined: joints.isEmpty, text: " and \(check.found.rows) in archives")
    }

    private static func notAsked(_ archived: [AuditHead]) -> Self {
        let text = archived.isEmpty ? "" : " after those that are archived"
        return Self(found: AuditVerification(), isJoined: true, text: text)
    }
}
