"""Adds a security key for dana, by the pages, as a browser with a key does. Usage: security_key.py ADDRESS PASSWORD

Written from Web Authentication, Level 3. Of a new key nothing is signed, so that its public key is all that is needed.
"""
import base64
import hashlib
import json
import re
import subprocess
import sys

from browser import Browser

address, password = sys.argv[1:]
opened = Browser(address).opened


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def new_public_key():
    """A point on P-256, as COSE_Key."""
    private = subprocess.run("openssl ecparam -name prime256v1 -genkey -noout".split(), check=True, capture_output=True).stdout
    public = subprocess.run("openssl ec -pubout -outform DER".split(), input=private, check=True, capture_output=True).stdout
    return bytes([0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]) + public[-64:-32] + bytes([0x22, 0x58, 32]) + public[-32:]


page = opened("/login/second-factor", {"username": "dana", "password": password, "aim": "security-key"})
state, challenge, host = (re.search(pattern, page)[1] for pattern in (
    'name="state" value="([0-9a-f]{32})"', 'data-challenge="([^"]+)"', 'data-host="([^"]+)"'))
client_data = {"type": "webauthn.create", "challenge": challenge, "origin": address, "crossOrigin": False}
name = b"the key of the documents"
data = hashlib.sha256(host.encode()).digest() + b"\x41" + bytes(4) + bytes(16) + len(name).to_bytes(2, "big") + name + new_public_key()
attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
assert "Keep these recovery codes" in opened("/login/code", {
    "state": state, "securitykeyname": "Blue key", "clientdata": text(json.dumps(client_data).encode()), "attestation": text(attestation)})
