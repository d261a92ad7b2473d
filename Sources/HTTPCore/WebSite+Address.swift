internal import WireCodec

extension WebSite {
    /// The address of one of our pages with parameters.
    ///
    /// - Parameters:
    ///   - path: The page.
    ///   - parameters: Names, which are spelled as they are, and values, which are percent-encoded.
    /// - Returns: The absolute URL.
    package func address(of path: String, _ parameters: [(String, String)]) -> String {
        let query = parameters.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        return "\(publicURL)\(path)?\(query)"
    }
}
