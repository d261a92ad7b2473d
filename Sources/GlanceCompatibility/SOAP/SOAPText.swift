/// The text of an envelope, looked at before any XML parser sees it (`docs/threats.md#xml`).
struct SOAPText: Sendable {
    /// The envelope in UTF-8, without a byte order mark, without declarations but the XML declaration.
    let bytes: [UInt8]

    /// Looks a body over.
    ///
    /// What gets through is UTF-8 without a NUL and says nothing else of itself, so that no parser can read it in another
    /// encoding; and after `<!` there is nothing but comments and character data, so that there is no document type and
    /// no entity to expand.
    init(_ body: [UInt8]) throws(SOAPError) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = body.starts(with: mark) ? Array(body.dropFirst(mark.count)) : body
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        guard Self.saysNothingButUTF8(bytes) else { throw .notUTF8 }
        guard Self.declaresNothing(bytes) else { throw .declaration }
        self.bytes = bytes
    }

    /// Whether the XML declaration, if there is one, names no encoding but UTF-8 or, where it is true, US-ASCII, which is
    /// a subset of it.
    private static func saysNothingButUTF8(_ bytes: [UInt8]) -> Bool {
        guard bytes.starts(with: "<?xml".utf8), let end = bytes.firstIndex(of: UInt8(ascii: ">")) else { return true }
        let blanks = [0x20, 0x09, 0x0A, 0x0D] as [UInt8]
        let declaration = String(decoding: bytes[..<end].filter { !blanks.contains($0) }, as: UTF8.self).lowercased()
        let parts = declaration.split(separator: "encoding", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return parts.count == 1 }
        return names(of: bytes).contains { parts[1].hasPrefix("=\"\($0)\"") || parts[1].hasPrefix("='\($0)'") }
    }

    /// The names, in lower case, that are true of a body in UTF-8.
    private static func names(of bytes: [UInt8]) -> [String] {
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        return ["utf-8", "utf8"] + (isASCII ? ["us-ascii", "ascii"] : [])
    }

    /// Whether a `Content-Type` names no character set, or one that is true of the body.
    static func fits(_ contentType: String?, _ bytes: [UInt8]) -> Bool {
        let parameters = contentType?.lowercased().split(separator: ";").dropFirst() ?? []
        let charsets = parameters.map { $0.filter { !" \t\"".contains($0) } }.filter { $0.hasPrefix("charset=") }
        return charsets.allSatisfy { names(of: bytes).contains(String($0.dropFirst("charset=".count))) }
    }

    private static func declaresNothing(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[(open + 1)...]
            guard rest.first == UInt8(ascii: "!") else { continue }
            guard rest.starts(with: "!--".utf8) || rest.starts(with: "![CDATA[".utf8) else { return false }
        }
        return true
    }
}
