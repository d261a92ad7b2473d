internal import Mail
internal import Pages
internal import ServiceLifecycle

/// Handles requests for new passwords and sends mails, alongside the HTTP server.
struct MailService: Service {
    let outbox: Outbox
    let service: PasswordResetService

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await outbox.run() }
                group.addTask { await service.run() }
            }
        }
    }
}
