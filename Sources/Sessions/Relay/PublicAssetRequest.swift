internal import NIOCore
internal import WireProtocol

/// An agent's request for a picture or font that the session's page shows from another site.
struct PublicAssetRequest: Sendable {
    /// How many one agent may wait for.
    static let maximumCount = 16
    /// The most bytes of an address.
    static let maximumAddressByteCount = 2000

    /// The frame's bytes between its kind and the address: the asset's number, which goes back with the answer.
    let number: ByteBuffer
    let address: String

    /// Reads a frame; `nil` if it does not follow `docs/session-format.md`.
    init?(_ frame: ByteBuffer) {
        var rest = frame
        rest.moveReaderIndex(forwardBy: 1)
        let bytes = rest.readableBytesView
        guard let last = bytes.prefix(8).firstIndex(where: { $0 < 128 }),
            let number = rest.readSlice(length: last - bytes.startIndex + 1),
            rest.readableBytes <= Self.maximumAddressByteCount,
            let address = String(validating: rest.readableBytesView, as: UTF8.self), !address.isEmpty
        else { return nil }
        (self.number, self.address) = (number, address)
    }

    /// The frames of the answer; `nil` gives one without bytes, which says that it is not available.
    func answer(_ asset: PublicAsset?) -> [DataMessage] {
        var payload = number
        let type = asset?.type ?? ""
        payload.writeInteger(UInt8(type.utf8.count))
        payload.writeString(type)
        payload.writeBytes(asset?.bytes ?? [])
        var frames: [DataMessage] = []
        while let part = payload.readSlice(length: min(payload.readableBytes, DataFrameLimit.bytes - 2)) {
            var flags: DataFramePart = frames.isEmpty ? .first : []
            if payload.readableBytes == 0 { flags.insert(.last) }
            var frame = ByteBuffer(bytes: [DataFrameKind.publicAsset.rawValue, flags.rawValue])
            frame.writeImmutableBuffer(part)
            frames.append(DataMessage(frame))
            if flags.contains(.last) { break }
        }
        return frames
    }
}
