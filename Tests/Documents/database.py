"""A PostgreSQL server of the reader's, from Debian's package: over TLS, with passwords, in a temporary folder."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

PROGRAMS = next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
# PostgreSQL does not run as root.
ACCOUNT = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
CERTIFICATE = ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
               "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem")
# Whoever is on this machine administers it; Latchkey comes as from another one.
ACCESS = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"


class Database:
    def __init__(self, port):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-database-"))
        self.server, self.port = None, port
        if ACCOUNT:
            shutil.chown(self.folder, "postgres", "postgres")
        self.environment = {"PGHOST": str(self.folder), "PGPORT": str(port), "PGUSER": "postgres"}

    def start(self):
        """Returns once it answers."""
        self.run([PROGRAMS / "initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
        self.run(CERTIFICATE.split())
        (self.folder / "data/pg_hba.conf").write_text(ACCESS)
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder, "fsync": "off",
                    "ssl": "on", "ssl_cert_file": self.folder / "cert.pem", "ssl_key_file": self.folder / "key.pem"}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "wb") as log:
            self.server = subprocess.Popen([PROGRAMS / "postgres", "-D", "data", *words], cwd=self.folder, stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log, **ACCOUNT)
        for _ in range(300):
            if self.server.poll() is not None:
                break
            if subprocess.run([PROGRAMS / "pg_isready", "-q"], env=self.environment, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise LookupError((self.folder / "log").read_text())

    def run(self, command):
        done = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **ACCOUNT)
        if done.returncode != 0:
            raise LookupError(done.stdout.decode(errors="replace"))

    def close(self):
        if self.server:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(timeout=30)
        shutil.rmtree(self.folder)
