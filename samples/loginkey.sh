#!/usr/bin/env bash
# LoginKey, version 1. LATCHKEY_API_KEY=... loginkey.sh PARTNER_ID PARTNER_USER_ID EXPIRES
# OpenSSL 3.0 takes an HMAC key only as an argument, which everybody on the machine can read in `ps`. So HMAC is built
# from SHA-256 here, H(K^5c.. || H(K^36.. || message)); the key goes through pipes, and printf is part of the shell.
set -euo pipefail
export LC_ALL=C # bytes, not characters

sha256() { openssl dgst -sha256 -binary; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
pad() { # key in hex, 64 bytes; byte: prints each of the key's bytes XOR that byte
    local i escape
    for ((i = 0; i < 128; i += 2)); do printf -v escape '\\x%02x' $((0x${1:i:2} ^ $2)); printf %b "$escape"; done
}

make_login_key() { # partner id, PartnerUserId (both signed as they are), Unix seconds; the key is in LATCHKEY_API_KEY
    [ -n "${LATCHKEY_API_KEY:-}" ] || { echo "the API key is empty" >&2; return 1; }
    [[ $3 =~ ^[1-9][0-9]{9}$ ]] || { echo "expires is Unix seconds, 10 digits (not milliseconds)" >&2; return 1; }
    local key signature
    key=$(printf %s "$LATCHKEY_API_KEY" | hex)
    [ ${#key} -le 128 ] || key=$(printf %s "$LATCHKEY_API_KEY" | sha256 | hex)
    while [ ${#key} -lt 128 ]; do key+=00; done
    signature=$({ pad "$key" 0x5c; { pad "$key" 0x36; printf %s "$1${2}1$3"; } | sha256; } | sha256 |
        openssl base64 -A | tr '/+' '_-' | tr -d =)
    printf '$1$%s$%s\n' "$3" "$signature"
}

make_login_key "${1:-}" "${2:-}" "${3:-}"
