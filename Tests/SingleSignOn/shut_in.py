"""Whether `latchkey-saml` has shut itself in when it reads XML: seen from outside, while nobody reads what it prints."""
import fcntl
import os
import pathlib
import subprocess
import time

F_SETPIPE_SZ = 1031

RESPONSE = b'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>'


def certificate():
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=id", "-keyout", "/dev/null"],
        check=True, capture_output=True)
    return made.stdout


def metadata(entity_id):
    """Of a provider that nobody runs."""
    lines = certificate().decode().split("-----BEGIN CERTIFICATE-----")[1].split("-----END")[0]
    return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity_id}"><md:IDPSSODescriptor
protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo
xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{lines}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
</md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{entity_id}/sso"/>
</md:IDPSSODescriptor></md:EntityDescriptor>""".encode()


def is_shut_in(program, task, document):
    """No system call but those of the filter, no new rights, bounds on memory, time and files."""
    reader, writer = os.pipe()
    # A full pipe: the program waits with its answer, behind all that it does.
    os.write(writer, b"x" * fcntl.fcntl(writer, F_SETPIPE_SZ, 4096))
    process = subprocess.Popen([program, task], stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.DEVNULL)
    try:
        process.stdin.write(document)
        process.stdin.close()
        status = {}
        end = time.monotonic() + 10
        while not status.get("State", "").startswith("S") or status.get("Seccomp") == "0":
            assert time.monotonic() < end and process.poll() is None, (process.returncode, status)
            lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
            status = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
        assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1"), status
        limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text()
        for name, most in [("cpu time", 2), ("file size", 0), ("core file size", 0), ("address space", 256 << 20)]:
            line = next(line for line in limits.splitlines() if line.startswith("Max " + name + " "))
            assert line.removeprefix("Max " + name).split()[:2] == [str(most)] * 2, line
    finally:
        process.kill()
        process.wait()
        os.close(reader)
        os.close(writer)


def check(program):
    is_shut_in(program, "metadata", metadata("https://id.example"))
    is_shut_in(program, "response", certificate() + b"\0" + RESPONSE)
