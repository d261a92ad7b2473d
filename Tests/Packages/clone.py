"""From a fresh clone to an agent in a live session with a visitor from another network, word for word as the README says, timed.

Usage: clone.py FOLDER; in the folder, which has to be empty, are made the clone and what its commands leave. Needs root.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "Clients")]
from machine import Network
from part import until
from sides import live_session, make_certificate

REPOSITORY = HERE.parents[1]
GROUP, USER, NAME = "12345", "005Fk000001aBcDIAU", "latchkey.example"


class Clone:
    def __init__(self, folder, network):
        self.network, self.home, self.tree = network, folder / "home", folder / "latchkey"
        self.home.mkdir()
        section = re.search(r"^## From a fresh clone.*?\n(.*?)^## ", (REPOSITORY / "README.md").read_text(), re.S | re.M)[1]
        self.first, self.second, self.others = re.findall(r"^```sh\n(.*?)^```", section, re.S | re.M)

    def shell(self, text):
        """Runs commands where the server is; what they print."""
        return self.started(text, stdout=subprocess.PIPE).communicate()[0]

    def started(self, text, network=True, **options):
        """Building needs this computer's network, all else is done in the server's."""
        inside = self.network.inside(self.network.server) if network else []
        environment = os.environ | {"HOME": str(self.home)}
        return subprocess.Popen([*inside, "bash", "-euc", text], cwd=self.tree, env=environment, text=True, **options)

    def build(self):
        build, rest = self.first.split("\n", 1)
        done = self.started(build, network=False, stdout=subprocess.DEVNULL).wait()
        assert done == 0, f"{build} ends with {done}"
        return rest

    def serve(self, commands, port):
        """Runs commands whose last one stays; returns once it answers."""
        server = self.started(commands, start_new_session=True)
        until(lambda: server.poll() is not None or self.answers(port))
        assert server.poll() is None, f"{commands}\nended"
        return server

    def answers(self, port):
        scheme = "https" if port == 8443 else "http"
        command = ["curl", "-sfk", "-o", "/dev/null", f"{scheme}://127.0.0.1:{port}/healthz"]
        return subprocess.run(self.network.inside(self.network.server) + command).returncode == 0

    @staticmethod
    def stop(server):
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=40)


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    begin = time.monotonic()
    with Network() as network:
        clone = Clone(folder, network)
        subprocess.run(["git", "clone", "-q", str(REPOSITORY), str(clone.tree)], check=True)
        commands = clone.build()
        built = time.monotonic() - begin
        own = clone.serve(commands, 8080)
        try:
            link = clone.shell(clone.second).strip()
            assert link.startswith("http://127.0.0.1:8080/agentjoin/"), link
        finally:
            clone.stop(own)
        make_certificate(NAME, clone.tree / "cert.pem")
        path, (serve, update) = clone.second.split("\n")[0], clone.others.strip().split("\n")
        public = clone.serve(f"{path}\n{serve}", 8443)
        try:
            clone.shell(f"{path}\n{update}")
            key = clone.shell(f"{path}\nlatchkey key make --group {GROUP} --user {USER}").strip()
            live_session(network, 8443, NAME, clone.tree / "cert.pem", GROUP, USER, key)
        finally:
            clone.stop(public)
    whole = time.monotonic() - begin
    print(f"from the clone to a live session: {whole:.0f} s, of which the build took {built:.0f} s")


main()
