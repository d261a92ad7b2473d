import Testing

@testable import ServerApp

struct EventLoopsTests {
    @Test(
        arguments: [
            ("Name:\tlatchkey\nCpus_allowed:\t1\nCpus_allowed_list:\t0\n", 1),
            ("Cpus_allowed:\tff\n", 8),
            ("Cpus_allowed:\tf,ffffffff\n", 36),
            ("Cpus_allowed:\t00000000,00000005\n", 2),
            ("Cpus_allowed:\t0\n", nil),
            ("Cpus_allowed_list:\t0-3\n", nil),
            ("", nil),
        ] as [(String, Int?)]
    )
    func `counts the processors that a process may use`(_ status: String, _ count: Int?) {
        #expect(EventLoops.allowedProcessors(status) == count)
    }
}
