internal import Crypto
internal import FoundationEssentials
internal import WireCodec

/// A text that may have been signed instead of a LoginKey's message.
struct MessageMistake {
    /// What is wrong, and what to do.
    let finding: String
    /// What was signed.
    let bytes: [UInt8]

    private init(_ finding: String, _ text: String) {
        self.finding = finding
        self.bytes = Array(text.utf8)
    }

    private init(_ finding: String, _ bytes: [UInt8]) {
        self.finding = finding
        self.bytes = bytes
    }

    /// All usual mistakes with a message.
    ///
    /// - Parameters:
    ///   - partnerID: The group, as it was presented.
    ///   - partnerUserID: The user, as they were presented.
    ///   - expiry: The ten digits of the expiry.
    /// - Returns: The mistakes, the most telling first.
    static func all(_ partnerID: String, _ partnerUserID: String, _ expiry: String) -> [Self] {
        let parts = [partnerID, partnerUserID, "1", expiry]
        let right = parts.joined()
        let mistakes =
            identifiers(parts) + orders(parts) + omissions(parts) + versions(parts) + separators(parts)
            + expiries(parts) + groups(parts) + forms(parts) + encodings(right)
        return mistakes.filter { !$0.bytes.elementsEqual(right.utf8) }
    }

    private static func identifiers(_ parts: [String]) -> [Self] {
        IdentifierVariant.all(of: parts[1])
            .map { variant in
                Self(
                    "the PartnerUserId was signed \(variant.phrase); \(variant.repair ?? "sign it as it is sent")",
                    Array(parts[0].utf8) + variant.bytes + Array((parts[2] + parts[3]).utf8)
                )
            }
    }

    private static let names = ["PartnerId", "PartnerUserId", "version", "expiry"]
    private static let rightOrder = "it is PartnerId, PartnerUserId, 1 and the expiry"

    private static func orders(_ parts: [String]) -> [Self] {
        permutations([0, 1, 2, 3])
            .map { order in
                let what =
                    order == [1, 0, 2, 3]
                    ? "PartnerId and PartnerUserId are swapped in the signed message"
                    : "the parts are signed in another order (\(order.map { names[$0] }.joined(separator: ", ")))"
                return Self("\(what); \(rightOrder)", order.map { parts[$0] }.joined())
            }
    }

    private static func omissions(_ parts: [String]) -> [Self] {
        let some = (0..<15).map { mask in parts.indices.filter { mask & (1 << $0) != 0 } }
        return some.sorted { $0.count > $1.count }
            .flatMap { kept in
                let missing = parts.indices.filter { !kept.contains($0) }.map { names[$0] }
                return permutations(kept)
                    .map { order in
                        let isOrdered = order == kept
                        return Self(
                            "the \(missing.joined(separator: " and the ")) is missing in the signed message"
                                + (isOrdered ? "" : ", and the other parts are in another order") + "; \(rightOrder)",
                            order.map { parts[$0] }.joined()
                        )
                    }
            }
    }

    private static let separators: [(name: String, text: String)] =
        [
            ("a line break", "\n"), ("a line break (CRLF)", "\r\n"), ("a blank", " "), ("a tab", "\t"),
            ("a NUL byte", "\0"), ("the two characters \\n", "\\n"), ("a comma and a blank", ", "), ("::", "::"),
            ("||", "||"), (" | ", " | "), ("%20", "%20"), ("%0A", "%0A"), ("--", "--"),
        ] + "~$&:;|,/\\-_.+=#*?!@%^".map { ("\($0)", "\($0)") }

    /// Between all parts, between some, and at the ends.
    private static func separators(_ parts: [String]) -> [Self] {
        separators.flatMap { name, text in
            let joined = (1...7).reversed()
                .map { gaps in
                    let tail = (0..<3).map { (gaps & (1 << $0) != 0 ? text : "") + parts[$0 + 1] }
                    return parts[0] + tail.joined()
                }
            let between = joined.map {
                Self("the parts of the signed message are joined by \(name); join them with nothing between them", $0)
            }
            let plain = parts.joined()
            let ends = [plain + text, text + plain, joined[0] + text]
                .map {
                    Self("there is \(name) at an end of the signed message; sign the four parts and nothing else", $0)
                }
            return between + ends
        }
    }

    private static func versions(_ parts: [String]) -> [Self] {
        ["$1$", "$1", "1$", "v1", "V1", "01", "1.0", "0", "2", "001", "version1", "version=1"]
            .map { version in
                Self(
                    "the version is signed as \(version); it is the digit 1 alone",
                    parts[0] + parts[1] + version + parts[3]
                )
            } + [
                Self(
                    "the version is signed as $1$, with a $ after the expiry; it is the digit 1 alone",
                    parts[0] + parts[1] + "$1$" + parts[3] + "$"
                )
            ]
    }

    private static func groups(_ parts: [String]) -> [Self] {
        let tail = parts[1] + parts[2] + parts[3]
        let plain = String(parts[0].drop { $0 == "0" })
        return [
            Self("the PartnerId was signed with a 0 in front of it; sign it as it is sent", "0" + parts[0] + tail),
            Self("the PartnerId was signed without the 0 in front of it; sign it as it is sent", plain + tail),
            Self("the PartnerId was signed in quotes; sign its digits alone", "\"\(parts[0])\"" + tail),
            Self("the PartnerId was signed with a fraction; sign its digits alone", parts[0] + ".0" + tail),
        ]
    }

    private static func forms(_ parts: [String]) -> [Self] {
        let (group, user, end) = (parts[0], parts[1], parts[3])
        let texts = [
            "partnerid=\(group)&partneruserid=\(user)&version=1&expires=\(end)",
            "partnerid=\(group)&partneruserid=\(user)&version=1&expiration=\(end)",
            "partnerid=\(group)&partneruserid=\(user)&expires=\(end)",
            "partnerid=\(group)&partneruserid=\(user)&expiration=\(end)",
            "{\"partnerid\":\"\(group)\",\"partneruserid\":\"\(user)\",\"version\":\"1\",\"expires\":\"\(end)\"}",
            "{\"partnerid\":\(group),\"partneruserid\":\"\(user)\",\"version\":1,\"expires\":\(end)}",
            "[\"\(group)\",\"\(user)\",\"1\",\"\(end)\"]", "\"\(parts.joined())\"",
        ]
        return texts.map {
            Self("names or quotes were signed too; sign the values alone, with nothing between them", $0)
        }
    }

    private static func encodings(_ right: String) -> [Self] {
        let wide = Array(right.utf16)
        let digest = Array(SHA256.hash(data: Array(right.utf8)))
        return [
            Self(
                "the message was signed as UTF-16; sign its UTF-8",
                wide.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            ),
            Self(
                "the message was signed as UTF-16, big-endian; sign its UTF-8",
                wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            ),
            Self("there is a byte order mark in front of the signed message; leave it out", "\u{FEFF}" + right),
            Self("the message was encoded as Base64 before it was signed; sign it as it is", base64(right)),
            Self("the message was encoded as hexadecimal before it was signed; sign it as it is", hexadecimal(right)),
            Self("the message was hashed before it was signed; HMAC takes the message itself", digest),
            Self(
                "the message was hashed before it was signed; HMAC takes the message itself",
                KeyVariant.hexadecimal(digest)
            ),
        ]
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    private static func hexadecimal(_ text: String) -> String { KeyVariant.hexadecimal(Array(text.utf8)) }

    private static func permutations(_ items: [Int]) -> [[Int]] {
        guard items.count > 1 else { return [items] }
        return items.flatMap { first in permutations(items.filter { $0 != first }).map { [first] + $0 } }
    }
}

// MARK: The expiry

extension MessageMistake {
    /// How long keys are usually made for, in seconds.
    private static let lifetimes: [Int64] = [
        30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400,
    ]

    private static func expiries(_ parts: [String]) -> [Self] {
        let head = parts[0] + parts[1] + parts[2]
        let milliseconds = (0..<1000)
            .map { number in
                Self(
                    "milliseconds were signed and seconds sent; sign the ten digits that are sent",
                    head + parts[3] + String(String(1000 + number).dropFirst())
                )
            }
        guard let end = Int64(parts[3]) else { return milliseconds }
        let times = lifetimes.flatMap { life in
            [
                Self("the time of issue was signed, and the expiry sent; sign the expiry", head + "\(end - life)"),
                Self("the expiry was signed, and the time of issue sent; send the expiry", head + "\(end + life)"),
            ]
        }
        let moment = UTCTime.wholeSeconds(end)
        let texts = [
            Self("the expiry was signed as a date; sign its ten digits", head + moment),
            Self("the expiry was signed with a fraction; sign its ten digits", head + parts[3] + ".0"),
            Self("the expiry was signed in hexadecimal; sign its ten digits", head + String(end, radix: 16)),
            Self("the expiry was signed with a 0 in front of it; sign its ten digits", head + "0" + parts[3]),
        ]
        return times + texts + milliseconds
    }
}
