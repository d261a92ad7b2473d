internal import Foundation

/// The first bytes of an SQLite file (<https://www.sqlite.org/fileformat2.html#the_database_header>).
package struct SQLiteFileHeader {
    private static let signature = Data("SQLite format 3\0".utf8)

    /// How many bytes the file had when it was last written to from the log.
    package let byteCount: Int

    /// Reads the header; `nil` if the file cannot be read or is no SQLite database.
    package init?(path: String) {
        guard let header = try? FileHandle(forReadingFrom: URL(filePath: path)).read(upToCount: 32),
            header.count == 32, header.starts(with: Self.signature)
        else { return nil }
        let bytes = [UInt8](header)
        let encoded = Int(bytes[16]) << 8 | Int(bytes[17])
        let pages = bytes[28..<32].reduce(0) { $0 << 8 | Int($1) }
        byteCount = (encoded == 1 ? 65_536 : encoded) * pages
    }
}
