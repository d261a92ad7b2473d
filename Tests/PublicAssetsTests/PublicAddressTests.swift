import Testing

@testable import PublicAssets

@Suite struct PublicAddressTests {
    @Test(arguments: [
        ("https://a.example/x.png?y=1#z", "https://a.example:443/x.png?y=1"),
        ("HTTP://A.Example", "http://a.example:80/"),
        ("http://a.example:80/%20", "http://a.example:80/%20"), ("http://a%2eb/", "http://a.b:80/"),
        ("https://[2A00::1]/", "https://[2a00::1]:443/"),
    ])
    func `reads addresses, and writes them anew`(text: String, written: String) {
        #expect(PublicAddress(text)?.url == written)
    }

    @Test(arguments: [
        "", "a.png", "//a.example/x.png", "ftp://a.example/", "file:///etc/passwd", "data:image/png,x", "javascript:x",
        "http://", "http:///x", "http://user@a.example/", "http://user:word@a.example/", "http://a.example:22/",
        "http://a.example:8080/", "https://a.example:80/", "http://a.example:0/", "http://a.example:99999/",
        "http://a_b.example/", "http://a.example/ x",
        "http://a.example/\r\nx: y",
        "http://a.example\\@b.example/", "http://ä.example/", "http://a.example/" + String(repeating: "x", count: 2000),
    ])
    func `refuses everything else`(text: String) {
        #expect(PublicAddress(text) == nil)
    }

    @Test func `goes on from where it was`() throws {
        let base = try #require(PublicAddress("https://a.example/x/y.png"))
        #expect(PublicAddress("z.png", relativeTo: base)?.url == "https://a.example:443/x/z.png")
        #expect(PublicAddress("//b.example/z.png", relativeTo: base)?.url == "https://b.example:443/z.png")
    }
}
