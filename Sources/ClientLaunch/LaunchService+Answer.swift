internal import Accounts
internal import ProtocolURL
internal import WireProtocol

extension LaunchService.Offer {
    /// The offer for a page's script.
    package var json: [UInt8] {
        let offer = LaunchOffer(
            url: url.text,
            pageToken: pageToken,
            sessionKey: sessionKey.text,
            correlationID: correlationID.text
        )
        return offer.json
    }
}
