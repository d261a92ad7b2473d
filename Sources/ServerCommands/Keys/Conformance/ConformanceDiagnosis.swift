internal import Accounts
internal import Authentication
internal import FoundationEssentials
internal import WireCodec

/// Finds out what a generator has done instead of what it should have.
///
/// The keys of the cases are no secrets, so every mistake can simply be made on purpose and compared.
struct ConformanceDiagnosis {
    let check: ConformanceCase

    /// What is wrong with an answer that is not the right one.
    func explain(_ answer: String) throws -> String {
        guard !answer.isEmpty else { return "it printed nothing" }
        let spelling = LoginKeySpelling(loginKey: answer)
        if let mended = spelling.mended, mended == (try check.loginKey(check.partnerUserID)) {
            return spelling.faults.joined(separator: "; ")
        }
        if let mistake = mistakes.first(where: { _, key in (try? key()) == (spelling.mended ?? answer) }) {
            return mistake.0
        }
        let faults = spelling.faults.isEmpty ? "" : "; " + spelling.faults.joined(separator: "; ")
        return "the signature is of something else: sign PartnerId, PartnerUserId, \"1\" and the expiry, with nothing "
            + "between them, as UTF-8, with the UTF-8 bytes of the API key" + faults
    }

    private var mistakes: [(String, () throws -> String)] {
        let user = check.partnerUserID
        return [
            (
                "it signs the PartnerUserId in percent-encoded form; sign it as it is",
                signing(PercentEncoding.encode(user))
            ),
            (
                "it brings the PartnerUserId into Unicode form C; leave it alone",
                signing(Provisioning.normalFormC(user))
            ),
            (
                "it brings the PartnerUserId into Unicode form D; leave it alone",
                signing(Provisioning.normalFormD(user))
            ),
            ("it takes blanks off the PartnerUserId; leave them", signing(Self.trimmed(user))),
            ("it changes the PartnerUserId to lower case", signing(user.lowercased())),
            ("it changes the PartnerUserId to upper case", signing(user.uppercased())),
            ("it replaces characters outside ASCII by ?: encode as UTF-8", signing(Self.questionMarks(user))),
            ("it reads + as a blank", signing(String(user.map { $0 == "+" ? " " : $0 }))),
            ("it decodes the PartnerUserId, which is decoded already", signing(Self.decoded(user))),
            ("it takes the API key for Base64 and decodes it; the text itself is the key", decodingAPIKey),
        ]
    }

    private func signing(_ user: String) -> () throws -> String {
        { try check.loginKey(user) }
    }

    private func decodingAPIKey() throws -> String {
        guard let data = Data(base64Encoded: check.apiKey), let key = String(validating: data, as: UTF8.self),
            !key.isEmpty
        else { return "" }
        return try check.loginKey(check.partnerUserID, apiKey: key)
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func questionMarks(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII ? $0 : "?" }))
    }

    private static func decoded(_ text: String) -> String {
        (try? PercentEncoding.decode(Array(text.utf8)[...], plusIsSpace: false)) ?? text
    }
}
