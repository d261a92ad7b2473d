internal import GRDB
internal import GRDBSQLite

extension Database {
    /// Whether the file is shorter than its header says; what is in memory goes on to be found all the same.
    ///
    /// It is read through SQLite's own descriptor, whose locks stay as they are.
    var isCutOff: Bool {
        guard let file = unsafe openFile, let methods = unsafe file.pointee.pMethods else { return true }
        // The file is the connection's, which is open; the two functions write into memory that they are lent for the call.
        var bytes = [UInt8](repeating: 0, count: SQLiteFileHeader.readByteCount)
        let readCode = unsafe methods.pointee.xRead(file, &bytes, Int32(bytes.count), 0)
        var size: Int64 = 0
        let sizeCode = unsafe methods.pointee.xFileSize(file, &size)
        guard readCode == SQLITE_OK, sizeCode == SQLITE_OK, let header = SQLiteFileHeader(bytes) else { return true }
        return size < header.byteCount
    }

    private var openFile: UnsafeMutablePointer<sqlite3_file>? {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let code = unsafe sqlite3_file_control(sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        return unsafe code == SQLITE_OK ? file : nil
    }
}
