/// The numbers of the locks that all nodes share.
enum AdvisoryLock {
    /// Tables are changed.
    static let migration: Int64 = 0x6C61_7463_686B_0001
    /// A change is made that rests on what it reads first.
    static let accounts: Int64 = 0x6C61_7463_686B_0002
    /// A checkpoint of the audit is written.
    static let checkpoint: Int64 = 0x6C61_7463_686B_0003
    /// The next days of the audit are made.
    static let auditDays: Int64 = 0x6C61_7463_686B_0004
    /// Another database is moved into this one.
    static let move: Int64 = 0x6C61_7463_686B_000A
    /// The class of the locks on names of session servers; the other number is the name's.
    static let serverNames: Int64 = 0x6C61_7463
}
