internal import Accounts
internal import Foundation

/// The file that holds the master key: one line of Base64, readable only by its owner.
struct MasterKeyFile {
    let path: String

    /// Reads the key, or makes one if there is no file.
    ///
    /// - Parameter mayCreate: Whether a missing file is made; a store that exists already must not get a new key.
    /// - Returns: The key.
    /// - Throws: ``CommandFailure``, saying what is wrong with the file.
    func read(mayCreate: Bool) throws -> MasterKey {
        if !FileManager.default.fileExists(atPath: path) {
            guard mayCreate else {
                throw CommandFailure(
                    "the master key file \(path) is missing; without the key that it was made with the database cannot be "
                        + "read: copy it back, or say where it is with --master-key-file"
                )
            }
            try create()
        }
        try FileMode.check(path, of: "master key file")
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure(
                "the master key file \(path) cannot be read: is it a file that you have permission to read?"
            )
        }
        guard let key = try? MasterKey(base64: text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CommandFailure("the master key file \(path) does not hold 32 bytes in Base64")
        }
        return key
    }

    /// Makes the file with its final mode from the start; if another process was faster, its key stays.
    private func create() throws {
        var generator = SystemRandomNumberGenerator()
        let text = MasterKey.generateBase64(using: &generator) + "\n"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            guard errno == EEXIST else {
                throw CommandFailure("\(path) cannot be made: \(unsafe String(cString: strerror(errno)))")
            }
            return
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
        try file.synchronize()
    }
}
