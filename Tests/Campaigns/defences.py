"""Whether the tests of attacks notice when a defence is missing (docs/threats.md).

Takes a copy of this tree, takes all defences of the list out of it at once, builds it, and runs the tests that are named beside
them: each has to fail. What ends the process without its defence is tried by itself, behind the others.

Usage: python3 Tests/Campaigns/defences.py --tree FOLDER; the copy stays there with its build, so that the next time takes minutes.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
HTTP, CHANNEL = "Sources/HTTPServer", "Sources/HTTPServer/Channel"
# What is defended against, the file, what stands there, what takes its place, the suite and the test; or the part and the check of
# `script/test-clients`.
DEFENCES = [
    ("a WebSocket's key that is not 16 bytes", f"{CHANNEL}/WebSocketHandshake.swift", "isKey(key.utf8) else", "isKey(key.utf8) || !key.isEmpty else",
     "PipelineTests", "refuses what leaves a doubt"),
    ("unmasked frames and bits of an extension", "Sources/Sessions/Sockets/FrameRules.swift",
     "frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else", "frame.maskKey != nil || !frame.rsv1 || frame.rsv1 else",
     "PipelineTests", "ends a WebSocket whose frames are unmasked or have bits of an extension"),
    ("no Host, or two", f"{CHANNEL}/RequestRules.swift", "guard hosts.count == 1 || (hosts.isEmpty && head.version == .http1_0) else",
     "guard hosts.count < 99 else", "PipelineTests", "refuses what leaves a doubt"),
    ("a Host that is none", f"{CHANNEL}/RequestRules.swift", "return hosts.allSatisfy(isHost) ? nil : .badRequest", "return nil",
     "PipelineTests", "refuses what leaves a doubt"),
    ("another transfer coding", f"{CHANNEL}/RequestRules.swift",
     'return codings.count == 1 && codings.first?.lowercased() == "chunked" ? nil : .notImplemented', "return nil",
     "PipelineTests", "refuses what leaves a doubt"),
    ("peers that send ahead and never read", f"{HTTP}/Authorize/AuthorizeChannelHandler.swift", "maximumWaiting = 8", "maximumWaiting = 8_000_000",
     "HostileConnectionTests", "takes no more of a peer that sends ahead and never reads"),
    ("the same behind TLS", f"{HTTP}/Connections/SmallReads.swift", "static let size = 2048", "static let size = 1 << 20",
     "http2", "peers that read nothing take little"),
    ("half requests at a stop", f"{HTTP}/Connections/StopDeadline.swift", "scheduleTask(in: timeout)", "scheduleTask(in: .hours(1))",
     "HostileConnectionTests", "stops in time though a request is half sent"),
    ("more peers than open files", "Sources/ServerApp/Operation/FileDescriptors.swift", "if limits.rlim_cur < wanted {", "if limits.rlim_cur < 1 {",
     "hostile", "many silent peers"),
    ("no descriptors left", f"{HTTP}/Connections/AcceptPause.swift", "Self.isShortage(error.errnoCode) else", "!Self.isShortage(error.errnoCode) else",
     "HostileConnectionTests", "pauses when it is out of descriptors, says so, and comes back"),
    ("many addresses of one network", "Sources/WireCodec/SourceNetwork.swift", "return groups.prefix(4).map", "return groups.map",
     "hostile", "addresses of one IPv6 network"),
    ("a newer schema", "Sources/AccountsSQLite/Schema.swift", "try migrator.hasBeenSuperseded($0) }) == true { throw newer }",
     "try migrator.hasBeenSuperseded($0) }) == nil { throw newer }", "DatabaseFileTests", "another key, another version and a file that is cut off are named"),
    ("a database that others can read", "Sources/ServerApp/DatabaseFile.swift", "permissions & 0o077 == 0 else", "permissions & 0o077 < 0o777 else",
     "DatabaseFileTests", "a database or a key that others can read is refused, a link to a key of its own is taken"),
    ("a terminal that obeys what is shown", "Sources/SystemSupport/TerminalText.swift", 'case .control: keepsLines && scalar == "\\n"',
     "case .control: true", "ReloadTests", "what is stored cannot write to the administrator's terminal"),
    ("a clock that jumps", "Sources/AccountsSQLite/BatchContext.swift",
     'DELETE FROM spent_keys WHERE forget_at < ?")\n            .execute(arguments: [min(clock, now)])',
     'DELETE FROM spent_keys WHERE forget_at < ?")\n            .execute(arguments: [now])',
     "StoreClockTests", "two days ahead and back, also over a new start, gives no second use"),
    ("the clocks of all machines that jump", "Sources/AccountsPostgres/Decisions/DecisionBatch.swift",
     "let now = min(own, decisions.map(\\.seconds).min() ?? 0)", "let now = decisions.map(\\.seconds).min() ?? own",
     "PostgresAccountStoreTests", "what was used up is forgotten by the store's own clock, when all machines' clocks have jumped"),
    ("a wrong clock at the start", "Sources/ServerApp/Clock/ClockWatch.swift", "max((newest ?? now) - now, 0)", "max((newest ?? now) - now, 0) * 0",
     "ClockWatchTests", "a server that is started with a clock behind what is written down says so, for ten minutes"),
    ("a way back to plain HTTP", "Sources/HTTPCore/SecurityHeaders.swift", "if isSecure { fields[", "if isSecure, fields.isEmpty { fields[",
     "ReloadTests", "a hang-up brings in a new certificate and log level; a bad one keeps the old and says so"),
    ("a ticket in the address bar", "Sources/Pages/LoginKeyPage.swift", "guard values.nonEmpty(ParameterName.ticket) != nil, !Self",
     "guard values.nonEmpty(ParameterName.ticket) == nil, !Self", "LoginKeyBrowserTests", "leaves no ticket in the address bar where the answer is a text"),
    ("sessions to which nobody comes", "Sources/Sessions/Directory/SessionDirectory.swift",
     "case .settingUp: now >= createdAt + SessionStateMachine.connectSeconds", "case .settingUp: now >= createdAt + SessionStateMachine.waitingSeconds",
     "SessionServiceTests", "finds nothing of another group, of another kind, without the privilege, or that waits too long"),
]
# Without it, a byte behind an upgrade ends the process.
FATAL = ("one byte behind an upgrade", f"{CHANNEL}/PlainRequests.swift", "guard !isUpgrading else { return context.fireChannelRead(data) }", "",
         "PipelineTests", "hands what follows an upgrade in the same packet to the WebSocket")


def copy(tree):
    """Brings the copy up to date; what is the same keeps its time, and is not built again."""
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.split("\n")
    for name in filter(None, listed):
        source, target = REPOSITORY / name, tree / name
        if source.is_symlink() or not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or source.read_bytes() != target.read_bytes():
            shutil.copy(source, target)
    for folder in ("Sources", "Tests"):
        for target in (tree / folder).rglob("*.swift"):
            if not (REPOSITORY / target.relative_to(tree)).exists():
                target.unlink()


def take_out(tree, defences):
    for what, file, there, other, *_ in defences:
        text = (tree / file).read_text()
        if text.count(there) != 1:
            sys.exit(f"{what}: {file} has not {there!r} once")
        (tree / file).write_text(text.replace(there, other))


def build(tree):
    done = subprocess.run(["swift", "build", "--build-tests"], cwd=tree, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])


def swift_test(tree, suites):
    done = subprocess.run(["swift", "test", "--skip-build", "--filter", "|".join(sorted(suites))], cwd=tree, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def failed_tests(output):
    return set(re.findall(r'^✘ Test "?(.*?)"?(?:\(\))? (?:with \d+ test cases? )?failed after', output, re.M))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tree", required=True, type=pathlib.Path)
    tree = parser.parse_args().tree.resolve()
    os.environ["LATCHKEY_WINDOW"] = "1"
    copy(tree)
    take_out(tree, DEFENCES)
    build(tree)
    suites = {suite for *_, suite, _ in DEFENCES if suite.endswith("Tests")}
    failed = failed_tests(swift_test(tree, suites)[1])
    parts = sorted({part for *_, part, _ in DEFENCES if not part.endswith("Tests")})
    done = subprocess.run(["script/test-clients", *parts], cwd=tree, capture_output=True, text=True)
    failed |= set(re.findall(r"^FAIL  \w+: (.*)$", done.stdout, re.M))
    green = [row for row in DEFENCES if row[5] not in failed]
    for what, *_, suite, test in DEFENCES:
        print(f"{'NOT SEEN' if test not in failed else 'fails   '}  {what:42} {suite}: {test}")
    copy(tree)
    take_out(tree, [FATAL])
    build(tree)
    status, output = swift_test(tree, {FATAL[4]})
    ended = status != 0 and "Test run with" not in output.split("Test run started")[-1]
    print(f"{'ends    ' if ended else 'NOT SEEN'}  {FATAL[0]:42} {FATAL[4]}: {FATAL[5]}")
    copy(tree)
    print(f"{len(DEFENCES) + 1 - len(green) - (not ended)} of {len(DEFENCES) + 1} seen to fail")
    sys.exit(bool(green) or not ended)


main()
