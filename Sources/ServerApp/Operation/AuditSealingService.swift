internal import Accounts
internal import Logging
internal import LoginKey
internal import ServiceLifecycle

/// Writes a checkpoint of the audit every few seconds, if something was written into it since.
///
/// Of several nodes, the one that finds no recent checkpoint writes it. A checkpoint's number and hash are in the log, which is
/// kept elsewhere: with them `latchkey audit verify --noted` finds that the newest checkpoints are gone.
struct AuditSealingService: Service {
    private static let interval = Duration.seconds(10)
    /// Nobody writes one after a checkpoint that is younger than this, in milliseconds: the nodes' intervals differ a little.
    private static let pause: Int64 = 9000

    /// Once an hour, room is made for the coming days.
    private static let beatsBetweenDays = 360

    let store: any AccountStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for beat in 0... {
                if beat.isMultiple(of: Self.beatsBetweenDays) { await prepareDays() }
                guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
                await seal(ifOlderThan: Self.pause)
            }
        }
        await seal(ifOlderThan: 0)
    }

    private func prepareDays() async {
        do {
            try await store.prepareAuditDays()
        } catch {
            logger.warning("no room was made for the audit of the next days: \(error)")
        }
    }

    private func seal(ifOlderThan milliseconds: Int64) async {
        do {
            let sealing = try await store.sealAudit(ifOlderThan: milliseconds)
            for head in sealing.lost {
                logger.error("the audit was changed: a row is missing", metadata: ["row": "\(head.id)"])
            }
            guard let checkpoint = sealing.checkpoint else { return }
            let hash = Base64URL.text(of: checkpoint.hash.span)
            logger.info("audit checkpoint", metadata: ["number": "\(checkpoint.number)", "hash": "\(hash)"])
        } catch {
            logger.warning("no checkpoint of the audit was written: \(error)")
        }
    }
}
