"""A reader who runs a document's blocks in one terminal, from the first to the last, in a home of their own.

The home is an empty folder; PATH is a folder with links to our programs and a few of Debian's; nothing of the repository is beside
it. A block with `latchkey serve` leaves it running until the document starts another one or ends.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import database
from expected import missing
from given import FILES, PROGRAMS

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Clients"))
from server import free_port  # noqa: E402

PATIENCE = 60
SERVER = re.compile(r"^\s*latchkey serve\b", re.M)
# What documents say to copy or to call.
COPIES = ("samples", "salesforce/scripts")
OURS = ("latchkey", "latchkey-client", "latchkey-launcher")
TOOLS = ("bash sh env cat cp mv ls mkdir rm chmod install printf echo date cut grep sed tr head tail sort tee sleep id sha256sum "
         "python3 curl openssl xargs xdg-mime update-desktop-database").split()
SAVE = """trap 'status=$?; { declare -px; alias -p; printf "cd %q\\n" "$PWD"; } > "$STATE"; exit $status' EXIT
"""


class Reader:
    def __init__(self, binaries, repository):
        self.folder = tempfile.TemporaryDirectory(prefix="latchkey-reader-")
        self.root, self.server, self.port = pathlib.Path(self.folder.name), None, free_port()
        self.programs, self.database = [], None
        self.home = self.root / "home"
        for name in ("home", "bin", "run"):
            (self.root / name).mkdir(mode=0o700)
        for name in OURS:
            (self.root / "bin" / name).symlink_to(binaries / name)
        for name in TOOLS:
            if shutil.which(name):
                (self.root / "bin" / name).symlink_to(shutil.which(name))
        for name in COPIES:
            shutil.copytree(repository / name, self.home / name)
        self.environment = {
            "HOME": str(self.home), "PATH": str(self.root / "bin"), "LANG": "C.UTF-8", "TMPDIR": str(self.root / "run"),
            "XDG_CONFIG_HOME": str(self.home / ".config"), "XDG_DATA_HOME": str(self.home / ".local/share"),
            "XDG_STATE_HOME": str(self.home / ".local/state"), "XDG_RUNTIME_DIR": str(self.root / "run"),
            "STATE": str(self.root / "state"), "LATCHKEY_HTTP_PORT": str(self.port),
            # For another program than the server.
            "PORT": str(free_port())}

    def close(self):
        self.stop()
        for program in self.programs:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()
        if self.database:
            self.database.close()
        self.folder.cleanup()

    def run(self, block):
        """Runs a block; returns why it does not do what the document says, or `None`."""
        try:
            text = self.filled_in(block)
        except LookupError as error:
            return f"what the reader brings cannot be made: {error}"
        if SERVER.search(text):
            before, _, after = text.partition("latchkey serve")
            line, _, after = after.partition("\n")
            while line.endswith("\\"):
                more, _, after = after.partition("\n")
                line = line[:-1] + more
            return self.step(block, before) or self.serve(line) or self.step(block, after)
        address = block.value("answers at")
        if address:
            return self.leave(text, f"curl -sf -o /dev/null {address}")
        return self.step(block, text)

    def step(self, block, text):
        if not text.strip():
            return None
        status, printed = self.shell(text, typed=block.values("typed"))
        wanted = int(block.value("exit") or 0)
        if status != wanted:
            return f"exit status {status} where {wanted} was wanted:\n{printed}"
        for output in block.outputs:
            line = missing(output.text, printed, [*block.values("varies"), *output.values("varies")])
            if line is not None:
                return f"line {output.line}: not printed: {line}\nprinted was:\n{printed}"
        return None

    def filled_in(self, block):
        for name in (block.value("given") or "").split():
            if name == "postgresql":
                self.install_database()
            status, printed = self.shell(FILES[name], keep=False)
            if status != 0:
                raise LookupError(f"{name}: {printed}")
            if name in PROGRAMS:
                command, answers = PROGRAMS[name]
                problem = self.leave(command, answers)
                if problem:
                    raise LookupError(f"{name}: {problem}")
        if block.value("reached as"):
            self.lead(block.value("reached as"))
        text = block.text
        for note in block.values("put"):
            place, _, command = note.partition(" = ")
            status, printed = self.shell(command, keep=False)
            if place not in text or status != 0:
                raise LookupError(f"{place}: {printed}")
            text = text.replace(place, printed.strip())
        return text.replace("0.0.0.0", "127.0.0.1").replace("8443", str(self.port))

    def shell(self, text, keep=True, typed=()):
        begin = 'shopt -s expand_aliases\n[ ! -f "$STATE" ] || . "$STATE"\n' + (SAVE if keep else "") + "set -eE -o pipefail\n"
        script = self.root / "block"
        script.write_text(begin + text)
        try:
            done = subprocess.run(["/bin/bash", str(script)], cwd=self.home, env=self.environment,
                                  input="".join(line + "\n" for line in typed).encode(), start_new_session=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return "none", "it does not end"
        return done.returncode, done.stdout.decode(errors="replace")

    def install_database(self):
        """A PostgreSQL server that this machine's programs reach as its administrator."""
        self.database = database.Database(free_port())
        self.database.start()
        self.environment.update(self.database.environment)
        for name in ("createuser", "createdb"):
            (self.root / "bin" / name).symlink_to(database.PROGRAMS / name)
        shutil.copy(self.database.folder / "cert.pem", self.home / "db-ca.pem")

    def leave(self, text, answers):
        """Leaves commands running until the document ends; returns once `answers` succeeds."""
        script, log = self.root / f"program{len(self.programs)}", self.root / f"log{len(self.programs)}"
        script.write_text('[ ! -f "$STATE" ] || . "$STATE"\n' + text)
        with open(log, "wb") as output:
            program = subprocess.Popen(["/bin/bash", "-e", str(script)], cwd=self.home, env=self.environment,
                                       stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        self.programs.append(program)
        for _ in range(PATIENCE * 10):
            ready = self.shell(answers, keep=False)[0] == 0
            if program.poll() is not None:
                break
            if ready:
                return None
            time.sleep(0.1)
        return f"it does not run:\n{log.read_text(errors='replace')[-2000:]}"

    def lead(self, name):
        """Leads `curl` to the reader's server by a public name, and starts a server if the document has started none."""
        if not self.server:
            self.shell(FILES["cert.pem"], keep=False)
            problem = self.serve(f" --public-url https://{name} --certificate-file cert.pem --key-file key.pem")
            if problem:
                raise LookupError(problem)
        (self.home / ".curlrc").write_text(
            f"connect-to = {name}:443:127.0.0.1:{self.port}\ncacert = {self.home}/cert.pem\nfail-with-body\nno-progress-meter\n")

    def serve(self, line):
        """Leaves a server running that answers by the time this returns."""
        self.stop()
        log = self.root / "log"
        script = self.root / "serve"
        script.write_text('[ ! -f "$STATE" ] || . "$STATE"\nexec latchkey serve' + line + "\n")
        with open(log, "wb") as output:
            self.server = subprocess.Popen(["/bin/bash", str(script)], cwd=self.home, env=self.environment,
                                           stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        for _ in range(PATIENCE * 10):
            if self.server.poll() is not None:
                break
            if "listening on" in log.read_text(errors="replace"):
                return None
            time.sleep(0.1)
        return f"the server does not run:\n{log.read_text(errors='replace')}"

    def stop(self):
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            try:
                self.server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        self.server = None
