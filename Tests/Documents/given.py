"""Files that a document takes for granted: what its reader has from elsewhere.

Each is made in the reader's folder by a few lines of shell the moment that a block names it.
"""

FILES = {
    # From a certificate authority: its certificate is known to the reader's machine.
    "cert.pem": "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=latchkey.example -addext subjectAltName=DNS:latchkey.example -keyout key.pem -out cert.pem 2>/dev/null; chmod 600 key.pem",
    "key.pem": "test -s key.pem",
    # From the vendor's account settings.
    "old-key.txt": "printf '0123456789ABCDEFGHIJ\\n' > old-key.txt",
    "agents.csv": """cat > agents.csv <<'CSV'
FirstName,LastName,Email,Phone,GlanceAddress,Password,PartnerUID
Dana,Whitfield,dana@acme.example,,dana.acme,,005Fk000001aBcDIAU
Lee,Ortiz,lee@acme.example,,lee.acme,,005Fk000001aBcEIAU
CSV""",
    "roles.csv": "printf 'dana.acme,Joiner\\nlee.acme,Joiner\\n' > roles.csv",
    # Chosen by the reader.
    "pw.txt": "printf 'correct horse battery' > pw.txt && chmod 600 pw.txt",
    "password.txt": "printf 'correct horse battery' > password.txt && chmod 600 password.txt",
    "metrics-token": "printf '0123456789abcdef0123456789abcdef' > metrics-token",
    # From Salesforce, and from the identity provider.
    "canvas.secret": "printf '0123456789ABCDEF0123456789ABCDEF' > canvas.secret && chmod 600 canvas.secret",
    "jwks.json": """openssl genrsa -out provider.pem 2048 2>/dev/null
n=$(openssl rsa -in provider.pem -noout -modulus 2>/dev/null | cut -d= -f2 | python3 -c '
import base64, sys
print(base64.urlsafe_b64encode(bytes.fromhex(sys.stdin.read().strip())).decode().rstrip("="))')
printf '{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"1","n":"%s","e":"AQAB"}]}' "$n" > jwks.json""",
    # The integrator's own generator.
    "our-generator": """cat > our-generator <<'SCRIPT'
#!/bin/sh
exec python3 samples/loginkey.py "$@"
SCRIPT
chmod +x our-generator""",
}

FILES["installation"] = """latchkey group create 12345 --name Acme && latchkey apikey create --group 12345
latchkey user add --group 12345 --puid 005Fk000001aBcDIAU --username dana --administrator"""
# People who are not there yet.
FILES["new/agents.csv"] = FILES["agents.csv"].replace("dana.acme", "kim.acme").replace("aBcDIAU", "aBcFIAU")
FILES["a-backup"] = "rm -f latchkey-monday.sqlite*; latchkey backup latchkey-monday.sqlite"
