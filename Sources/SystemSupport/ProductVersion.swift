/// The version of all programs of this package, as `--version` prints it.
package enum ProductVersion {
    /// Major, minor and patch number (Semantic Versioning 2.0.0).
    package static let text = "0.1.0"
}
