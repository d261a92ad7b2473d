#!/usr/bin/env python3
"""LoginKey, version 1. LATCHKEY_API_KEY=... loginkey.py PARTNER_ID PARTNER_USER_ID EXPIRES"""
from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import sys


def make_login_key(api_key: str, partner_id: str, partner_user_id: str, expires: int | str) -> str:
    """Signs the ids as they are, decoded and untrimmed; expires is in Unix seconds, a number or its ten digits."""
    if not api_key:
        raise ValueError("the API key is empty")
    if not re.fullmatch("[1-9][0-9]{9}", str(expires)):
        raise ValueError("expires is Unix seconds, 10 digits (not milliseconds)")
    message = f"{partner_id}{partner_user_id}1{expires}"
    mac = hmac.new(api_key.encode(), message.encode(), hashlib.sha256).digest()
    return f"$1${expires}$" + base64.urlsafe_b64encode(mac).decode().rstrip("=")


if __name__ == "__main__":
    try:
        partner_id, partner_user_id, expires = sys.argv[1:]
        print(make_login_key(os.environ.get("LATCHKEY_API_KEY", ""), partner_id, partner_user_id, expires))
    except ValueError as error:
        sys.exit(str(error))
