"""A real nginx, HAProxy or Caddy in front of a server, with the files of deploy/: names, ports and paths are replaced, and the limit for
quiet WebSockets where another one is given.
"""
import os
import pathlib
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
        check=True, capture_output=True, timeout=30)
    both = pathlib.Path(folder, "cert.pem").read_text() + pathlib.Path(folder, "key.pem").read_text()
    pathlib.Path(folder, "latchkey.pem").write_text(both)


def replaced(text, *pairs):
    """A file with other names in it; each has to be there."""
    for old, new in pairs:
        assert old in text, f"{old} is not in the file"
        text = text.replace(old, new)
    return text


class Proxy:
    def __init__(self, folder, port, upstream, idle=120):
        self.folder, self.port, self.upstream, self.idle = folder, port, upstream, idle

    def __enter__(self):
        with open(f"{self.folder}/proxy.log", "wb") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Nginx(Proxy):
    def command(self):
        site = replaced(
            (ROOT / "deploy/nginx/latchkey.conf").read_text(),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"), ("    listen [::]:443 ssl http2;\n", ""),
            ("latchkey.example", "localhost"), ("/etc/ssl/latchkey", self.folder),
            ("127.0.0.1:8080", f"127.0.0.1:{self.upstream}"), ("120s", f"{self.idle}s"))
        pathlib.Path(self.folder, "latchkey.conf").write_text(site)
        temporary = "".join(f"{name}_temp_path {self.folder}/{name};" for name in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        pathlib.Path(self.folder, "nginx.conf").write_text(
            f"{user} daemon off; pid {self.folder}/pid; error_log stderr; events {{}}\n"
            f"http {{ access_log off; {temporary} include {self.folder}/latchkey.conf; }}\n")
        return ["/usr/sbin/nginx", "-p", self.folder, "-c", f"{self.folder}/nginx.conf", "-e", "stderr"]

    def reload(self):
        self.process.send_signal(signal.SIGHUP)


class HAProxy(Proxy):
    def command(self):
        pathlib.Path(self.folder, "haproxy.cfg").write_text(replaced(
            (ROOT / "deploy/haproxy/haproxy.cfg").read_text(),
            ("bind :443", f"bind 127.0.0.1:{self.port}"), ("/etc/haproxy/latchkey.pem", f"{self.folder}/latchkey.pem"),
            ("127.0.0.1:8080", f"127.0.0.1:{self.upstream}"), ("timeout tunnel 120s", f"timeout tunnel {self.idle}s")))
        return ["/usr/sbin/haproxy", "-W", "-f", f"{self.folder}/haproxy.cfg", "-p", f"{self.folder}/pid"]

    def reload(self):
        self.process.send_signal(signal.SIGUSR2)


class Caddy(Proxy):
    def command(self):
        site = replaced(
            (ROOT / "deploy/caddy/Caddyfile").read_text(),
            # It gets no certificate here, and so is given one.
            ("latchkey.example {", f"https://localhost:{self.port} {{\n\tbind 127.0.0.1\n"
                                   f"\ttls {self.folder}/cert.pem {self.folder}/key.pem\n"),
            ("127.0.0.1:8080", f"127.0.0.1:{self.upstream}"))
        options = f"{{\n\tadmin {self.admin()}\n\tauto_https disable_redirects\n\tstorage file_system {self.folder}/storage\n}}\n"
        pathlib.Path(self.folder, "Caddyfile").write_text(options + site)
        return ["/usr/bin/caddy", "run", *self.files()]

    def files(self):
        return ["--config", f"{self.folder}/Caddyfile", "--adapter", "caddyfile"]

    def admin(self):
        return f"unix/{self.folder}/admin"

    def reload(self):
        subprocess.run(["/usr/bin/caddy", "reload", "--force", "--address", self.admin(), *self.files()],
                       check=True, capture_output=True, timeout=20)
