internal import Authentication
internal import LoginKey

/// Finds out what a generator has done instead of what it should have.
///
/// The keys of the cases are not secret, so every mistake can be made on purpose and compared: it is the list of
/// `latchkey key explain`.
struct ConformanceDiagnosis {
    let check: ConformanceCase

    /// What is wrong with an answer that is not the right one.
    func explain(_ answer: String) throws -> String {
        guard !answer.isEmpty else { return "it printed nothing" }
        return try GeneratorDiagnosis(
            partnerID: check.partnerID,
            partnerUserID: check.partnerUserID,
            expires: check.expires,
            apiKey: APIKey(text: check.apiKey)
        )
        .explain(answer)
    }
}
