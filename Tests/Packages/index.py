"""How pip in another system reaches what it reaches in this one."""
import os
import pathlib
import ssl
import subprocess
import sys

PASSED = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
CERTIFICATES = "run/index.pem"


def configured(name):
    """A setting of this computer's pip, from its files or its environment."""
    done = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, timeout=60)
    lines = [line.split("=", 1) for line in done.stdout.splitlines() if "=" in line]
    found = [value.strip("'") for key, value in lines if key.rsplit(".", 1)[-1] == name]
    return found[-1] if found else None


def reached(tree):
    """Variables for pip in the system of a folder; whom it trusts is written into memory that ends with that system."""
    trusted = configured("cert") or os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    (tree / CERTIFICATES).write_bytes(pathlib.Path(trusted).read_bytes())
    variables = {"PIP_CERT": f"/{CERTIFICATES}", "PIP_DEFAULT_TIMEOUT": "15", "PIP_RETRIES": "1",
                 "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_CACHE_DIR": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    for name in ("index-url", "extra-index-url", "trusted-host", "proxy"):
        if value := configured(name):
            variables["PIP_" + name.upper().replace("-", "_")] = value
    variables |= {name: os.environ[name] for name in PASSED if name in os.environ}
    return [f"{name}={value}" for name, value in variables.items()]
