internal import Accounts
internal import Foundation
internal import ServerApp
internal import SystemSupport

/// A file to which rows of the audit are added before they are removed from the store.
///
/// It is locked while it is open. What a killed process has begun to write is cut off, and its rows are written again.
final class AuditArchiveFile {
    /// How many rows the store is asked to remove at once: a transaction that delays nobody for long.
    private static let pieceLength: Int64 = 2000

    private let path: String
    private let lock: FileLock
    private let handle: FileHandle
    private var check = AuditCheck(acceptsAnyBeginning: true)
    private var fullPieces: [AuditHead] = []

    /// Opens an archive, or makes one, and checks all that is in it.
    ///
    /// - Throws: ``CommandFailure`` for a file that is no archive, is broken, or is in use; an error of the system.
    init(_ path: String) throws {
        self.path = path
        do {
            guard let lock = try FileLock(path) else { throw CommandFailure("\(path) is in use by another process") }
            self.lock = lock
            handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure("\(path) cannot be written: \(DiskFailure.words(error))")
        }
        let (length, rest) = try AuditLineReader(path: path).read(handle) { add($0) }
        guard rest.isEmpty || rest.first == UInt8(ascii: "{") else { throw CommandFailure("\(path) is not an archive") }
        if let row = check.found.firstBroken { throw CommandFailure("\(path): row \(row) does not match") }
        try handle.truncate(atOffset: length)
        _ = try handle.seekToEnd()
    }

    /// The last row of a chain that is in the file; `nil` if none is.
    func head(of chain: Int64) -> AuditHead? { check.head(of: chain) }

    /// Where to stop when rows are removed from the store piece by piece, in the order of the rows.
    var pieces: [AuditHead] { Set(fullPieces + check.heads).sorted { $0.id < $1.id } }

    /// Writes rows that are not in the file yet.
    ///
    /// - Returns: How many those are.
    func append(_ rows: [AuditRow]) throws -> Int {
        let new = rows.filter { $0.id > (head(of: AuditChain.number(of: $0.id))?.id ?? 0) }
        for row in new { add(row) }
        if let row = check.found.firstBroken { throw CommandFailure("row \(row) of the audit does not match") }
        try handle.write(contentsOf: try AuditLine.bytes(of: new))
        return new.count
    }

    /// Waits until all of it is on the disk, its name included.
    func sync() throws {
        try handle.synchronize()
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileHandle(forReadingFrom: folder).synchronize()
    }

    private func add(_ row: AuditRow) {
        check.add(row.id, row.event, row.hash)
        if row.id.isMultiple(of: Self.pieceLength) { fullPieces.append(AuditHead(id: row.id, hash: row.hash)) }
    }
}
