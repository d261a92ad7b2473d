#!/usr/bin/env python3
"""LoginKey, version 2. LATCHKEY_API_KEY=... loginkey2.py GROUP USER EXPIRES KEY_ID AUDIENCE COMMAND [SESSION_KEY]"""
import base64
import hashlib
import hmac
import os
import re
import secrets
import sys


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def make_login_key(api_key: str, partner_id: str, user: str, expires: str, key_id: str, audience: str, purpose: str) -> str:
    """Signs with an API key, or an Ed25519 private key in PEM. The purpose is a command, or command:session key."""
    is_pem = api_key.startswith("-----BEGIN")
    parts = ["", "2", "Ed25519" if is_pem else "HS256", key_id, str(expires), text(secrets.token_bytes(16))]
    signed = "$".join(parts) + f"${purpose}@{audience}"
    form = r"\$2\$\w+\$[1-9][0-9]{0,17}\$[1-9][0-9]{9}\$[\w-]{22}\$[a-z]+(:[\w.~-]{1,63})?@[a-z0-9.:\[\]-]{1,255}"
    if not api_key or not re.fullmatch(form, signed, re.ASCII):
        raise ValueError("an empty API key, or a malformed expires (10 digits, seconds), key id, audience or session key")
    message = f"LoginKey-2\n{signed}\n{partner_id}\n{user}".encode()
    if is_pem:
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        return f"{signed}${text(load_pem_private_key(api_key.encode(), None).sign(message))}"
    return f"{signed}${text(hmac.new(api_key.encode(), message, hashlib.sha256).digest())}"


if __name__ == "__main__":
    try:
        group, user, expires, key_id, audience, *purpose = sys.argv[1:]
        print(make_login_key(os.environ.get("LATCHKEY_API_KEY", ""), group, user, expires, key_id, audience, ":".join(purpose)))
    except ValueError as error:
        sys.exit(str(error))
