internal import HTTPCore

/// A condition on the version of what is changed; without a condition all versions will do.
struct VersionCondition: Sendable {
    let tags: EntityTags?

    static let none = Self(tags: nil)

    /// Throws ``SCIMError/preconditionFailed`` unless the version fits.
    func check(_ version: @autoclosure () -> String?) throws(SCIMError) {
        guard let tags else { return }
        guard let version = version(), tags.contains(version) else { throw .preconditionFailed }
    }
}
