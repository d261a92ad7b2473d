"""Both sides of a live session, each in a network of its own."""
import pathlib
import subprocess
import sys

SIDE = pathlib.Path(__file__).with_name("side.py")


def make_certificate(name, path):
    """A certificate for a name, and beside it, as `key.pem`, its private key."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-keyout", path.with_name("key.pem"), "-out", path],
        check=True, capture_output=True)


def live_session(network, port, name, certificate, group, user, key):
    """An agent beside the server and a visitor from elsewhere talk to each other; raises if they do not."""
    words = [sys.executable, "-B", str(SIDE)]
    common = [network.address, str(port), name, str(certificate), group, "record-7"]
    visitor = subprocess.Popen(
        network.inside(network.visitor) + words + ["visitor"] + common,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert visitor.stdout.readline() == "waiting\n", visitor.stderr.read()
        agent = subprocess.run(
            network.inside(network.server) + words + ["agent"] + common + [user, key],
            capture_output=True, text=True, timeout=60)
        assert agent.returncode == 0, f"agent: {agent.stderr}"
        visitor.wait(timeout=20)
        assert visitor.returncode == 0, visitor.stderr.read()
    finally:
        visitor.kill()
