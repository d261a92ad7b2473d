internal import Foundation

/// The first bytes of an SQLite file (<https://www.sqlite.org/fileformat2.html#the_database_header>).
package struct SQLiteFileHeader {
    /// How many bytes of the file are read.
    static let readByteCount = 32
    private static let signature = Array("SQLite format 3\0".utf8)

    /// How many bytes the file had when it was last written to from the log.
    package let byteCount: Int

    /// Reads the header; `nil` if it is not that of an SQLite database.
    ///
    /// - Parameter bytes: The first 32 bytes of the file.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.readByteCount, bytes.starts(with: Self.signature) else { return nil }
        let encoded = Int(bytes[16]) << 8 | Int(bytes[17])
        let pages = bytes[28..<32].reduce(0) { $0 << 8 | Int($1) }
        byteCount = (encoded == 1 ? 65_536 : encoded) * pages
    }

    /// Reads the header of a file; `nil` if the file cannot be read or is no SQLite database.
    ///
    /// For files that this process has not opened as a database: closing the file again would take SQLite's locks from it
    /// (<https://www.sqlite.org/howtocorrupt.html#posix_close_bug>).
    package init?(pathOfUnopenedFile path: String) {
        guard let header = try? FileHandle(forReadingFrom: URL(filePath: path)).read(upToCount: Self.readByteCount)
        else { return nil }
        self.init([UInt8](header))
    }
}
