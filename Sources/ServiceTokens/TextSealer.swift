internal import Accounts
internal import Crypto
internal import FoundationEssentials
internal import LoginKey

/// Makes texts unreadable and unchangeable for whoever keeps them (AES-GCM), such as a browser.
struct TextSealer: Sendable {
    private let key: SymmetricKey

    /// Makes a sealer whose key is derived from the master key, for one purpose alone.
    init(masterKey: MasterKey, purpose: String) {
        self.key = masterKey.derivedKey(for: purpose)
    }

    /// Seals bytes; throws an error of swift-crypto.
    ///
    /// - Returns: base64url.
    func seal(_ bytes: Data) throws -> String {
        let box = try AES.GCM.seal(bytes, using: key)
        let sealed = Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        return Base64URL.text(of: sealed.span)
    }

    /// Opens what was sealed; `nil` if it was not sealed here, or was changed.
    func open(_ text: String) -> Data? {
        guard let bytes = Base64URL.decode(Array(text.utf8)[...]),
            let box = try? AES.GCM.SealedBox(combined: bytes)
        else { return nil }
        return try? AES.GCM.open(box, using: key)
    }
}
