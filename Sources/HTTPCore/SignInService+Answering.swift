package import Authentication
package import LoginKey

extension SignInService {
    /// Runs a handler that may end in a refusal, for sources that have not had too many.
    ///
    /// - Throws: What an error of any kind is to the outside.
    package func answering<Value: Sendable>(
        _ attempt: Attempt,
        _ body: () async throws -> Value
    ) async throws(AnswerError) -> Value {
        try await limited(attempt) { () async throws(AnswerError) in
            do {
                return try await body()
            } catch {
                throw AnswerError(error)
            }
        }
    }

    /// Writes down why a handler refuses, and refuses.
    ///
    /// - Throws: ``AnswerError/refused``, or an error of the store.
    package func refuse<Value>(
        _ reason: RefusalReason,
        in partnerID: PartnerID? = nil,
        _ attempt: Attempt
    ) async throws -> Value {
        _ = try await authenticator.refuse(reason, in: partnerID, attempt: attempt)
        throw AnswerError.refused
    }
}
