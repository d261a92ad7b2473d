/// A picture or font that a page shows from another site, as that site gave it.
package struct PublicAsset: Sendable, Equatable {
    /// The media type, without parameters, in lower case.
    package let type: String
    /// The file.
    package let bytes: [UInt8]

    /// Makes an asset of its type and its bytes.
    package init(type: String, bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }
}
