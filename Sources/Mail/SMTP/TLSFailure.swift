internal import NIOSSL

/// Why TLS with a mail server did not come about, in words for people.
struct TLSFailure {
    let text: String

    init(_ error: any Error) {
        let description = String(describing: error)
        let known = [
            ("failedToValidateHostname", "its certificate is for another name"),
            ("unable to get local issuer", "its certificate is not from an authority known here"),
            (
                "CERTIFICATE_VERIFY_FAILED",
                "its certificate is not valid: from an authority not known here, or out of date"
            ),
            ("WRONG_VERSION_NUMBER", "it does not speak TLS at this port"),
            ("uncleanShutdown", "it has closed the connection"),
        ]
        text = known.first { description.contains($0.0) }?.1 ?? description
    }
}
