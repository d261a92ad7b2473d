"""Sets a second factor up for dana, by the pages, as an agent with an authenticator app does. Usage: second_factor.py ADDRESS PASSWORD"""
import base64
import hashlib
import hmac
import re
import sys
import time

from browser import Browser

address, password = sys.argv[1:]
opened = Browser(address).opened


def code(secret):
    """The code of now (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), int(time.time() // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place:place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


page = opened("/login/second-factor", {"username": "dana", "password": password})
secret, state = (re.search(pattern, page)[1] for pattern in ("secret=([A-Z2-7]{32})", 'name="state" value="([0-9a-f]{32})"'))
assert "Keep these recovery codes" in opened("/login/code", {"state": state, "code": code(secret)})
