internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// Finds what is wrong with the spelling of a LoginKey, and fixes it so that the other checks can go on.
package struct LoginKeySpelling {
    /// What is wrong, one sentence each; empty if nothing is.
    package private(set) var faults: [String] = []
    /// The key as it should have been spelled.
    package private(set) var corrected: String?
    /// The expiry as it was spelled, if ``corrected`` has it differently: it may have been signed like that.
    private(set) var wrongExpiry: String?
    let partnerUserID: String?
    let username: String?

    init(_ fields: FieldSet) {
        var name = fields.nonEmpty(ParameterName.partnerUserID)
        var username = fields.nonEmpty(ParameterName.username)
        var key = fields.nonEmpty(ParameterName.loginKey)
        if key == nil, let combined = (name ?? username).flatMap(LoginKeyCredentials.splitCombined) {
            key = combined.loginKey
            if name != nil { name = combined.name } else { username = combined.name }
        }
        self.partnerUserID = name
        self.username = username
        self.corrected = key.map { correct($0) }
    }

    /// Looks only at a LoginKey.
    package init(loginKey: String) {
        self.partnerUserID = nil
        self.username = nil
        self.corrected = correct(loginKey)
    }

    private mutating func correct(_ text: String) -> String {
        guard (try? LoginKey(parsing: text)) == nil else { return text }
        var text = correctWrapping(text)
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0].isEmpty else {
            faults.append("a LoginKey has the form $1$<expiry>$<signature>")
            return text
        }
        if parts[1] != "1" {
            faults.append(
                "the version is \"\(parts[1].prefix(8))\"; only 1 is known in this form, spelled as one digit"
            )
        }
        text = "$\(parts[1])$\(correctExpiry(parts[2]))$\(correctSignature(parts[3]))"
        return text
    }

    private mutating func correctWrapping(_ text: String) -> String {
        var text = text
        if text.contains("%24") || text.contains("%2D") {
            faults.append("it is percent-encoded twice: %24 is left after decoding")
            text = (try? PercentEncoding.decode(Array(text.utf8)[...], plusIsSpace: false)) ?? text
        }
        // What was 43 characters, or 44 with padding, before a form decoder turned some into blanks.
        let signature = text.split(separator: "$").last ?? ""
        if signature.contains(" "), signature.utf8.count == (signature.hasSuffix("=") ? 44 : 43) {
            faults.append("a + in it has arrived as a blank: use the base64url alphabet, or percent-encode the key")
            text = text.replacing(" ", with: "+")
        }
        let trimmed = text.filter { !$0.isWhitespace }
        if trimmed.utf8.count != text.utf8.count { faults.append("there is a blank or a line break in it") }
        return trimmed
    }

    private mutating func correctExpiry(_ text: String) -> String {
        if text.utf8.count == 13, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) {
            faults.append("the expiry is in milliseconds; it has to be in seconds")
            wrongExpiry = text
            return String(text.prefix(10))
        }
        let isGood = text.utf8.count == 10 && text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } && text.first != "0"
        if !isGood { faults.append("the expiry is not ten decimal digits of Unix seconds, the first not 0") }
        return text
    }

    private mutating func correctSignature(_ text: String) -> String {
        var text = text
        if text.contains("+") || text.contains("/") {
            faults.append("the signature is in the standard Base64 alphabet; replace + by - and / by _")
            text = String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        }
        if text.hasSuffix("=") {
            faults.append("the signature is padded; leave the = out")
            while text.hasSuffix("=") {
                text.removeLast()
            }
        }
        if text.utf8.count == 64,
            text.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || (($0 | 32) >= 97 && ($0 | 32) <= 102) })
        {
            faults.append("the signature is in hexadecimal; it has to be base64url")
        } else if text.utf8.count != 43 {
            let length = text.utf8.count == 1 ? "1 character" : "\(text.utf8.count) characters"
            faults.append("the signature has \(length) instead of 43; was it cut or hashed otherwise?")
        } else if (try? LoginKey(parsing: "$1$1000000000$\(text)")) == nil {
            faults.append("the signature has a character outside base64url, or a last character that no encoder writes")
        }
        return text
    }
}
