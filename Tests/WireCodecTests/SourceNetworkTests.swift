import Testing

@testable import WireCodec

@Suite struct SourceNetworkTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8:0:0::/64"),
        ("2001:DB8:0:0:ffff:1:2:3", "2001:db8:0:0::/64"),
        ("2001:db8:0:1::", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80:0:0:0::/64"),
        ("::1", "0:0:0:0::/64"),
        ("a:b", "a:b"),
        ("1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9"),
        ("command line", "command line"),
    ])
    func `names an address by what a subscriber has of it`(_ address: String, _ name: String) {
        #expect(SourceNetwork.name(of: address) == name)
    }
}
