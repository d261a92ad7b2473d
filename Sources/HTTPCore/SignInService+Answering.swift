package import Authentication
package import LoginKey

extension SignInService {
    /// Writes down why a handler refuses, and refuses.
    ///
    /// - Throws: ``SignInRefusal``, or an error of the store.
    package func refuse<Value>(
        _ reason: RefusalReason,
        in partnerID: PartnerID? = nil,
        _ attempt: Attempt
    ) async throws -> Value {
        _ = try await authenticator.refuse(reason, in: partnerID, attempt: attempt)
        throw SignInRefusal(reason)
    }

    /// Writes down and counts a refusal outside of ``answering(_:_:)``.
    ///
    /// - Throws: An error of the store.
    package func note(_ reason: RefusalReason, in partnerID: PartnerID?, _ attempt: Attempt) async throws {
        _ = try await authenticator.refuse(reason, in: partnerID, attempt: attempt)
        count(reason, attempt)
    }
}
