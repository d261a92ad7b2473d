internal import Accounts
internal import ProtocolURL
internal import WireCodec

extension LaunchService.Offer {
    /// The offer for a page's script.
    package var json: [UInt8] {
        JSONWriter.object(capacity: 2048) { json in
            json.member("launchURL", url.text)
            json.member("launchToken", pageToken)
            json.member("sessionkey", sessionKey.text)
            json.member("correlationid", correlationID.text)
        }
    }
}
