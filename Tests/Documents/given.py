"""Files that a document takes for granted: what its reader has from elsewhere.

Each is made in the reader's folder by a few lines of shell the moment that a block names it.
"""
import pathlib

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
    # A mail server on this machine, which takes one mail; and the password of another one.
    "mail-password.txt": f"printf 'correct horse battery' > mail-password.txt && chmod 600 mail-password.txt\npython3 {pathlib.Path(__file__).with_name('mail_server.py')} mail.address > /dev/null 2>&1 &\nuntil test -s mail.address; do sleep 0.05; done",
    "metrics-token": "printf '0123456789abcdef0123456789abcdef' > metrics-token",
    "secret.txt": "printf 'of the client' > secret.txt && chmod 600 secret.txt",
    # From Salesforce, from Zendesk, and from the identity provider.
    "canvas.secret": "printf '0123456789ABCDEF0123456789ABCDEF' > canvas.secret && chmod 600 canvas.secret",
    "jwks.json": """openssl genrsa -out provider.pem 2048 2>/dev/null
n=$(openssl rsa -in provider.pem -noout -modulus 2>/dev/null | cut -d= -f2 | python3 -c '
import base64, sys
print(base64.urlsafe_b64encode(bytes.fromhex(sys.stdin.read().strip())).decode().rstrip("="))')
printf '{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"1","n":"%s","e":"AQAB"}]}' "$n" > jwks.json""",
    "Latchkey.crt": "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Latchkey -keyout /dev/null -out Latchkey.crt 2>/dev/null",
    "public_key.pem": "openssl genrsa 2048 2>/dev/null | openssl rsa -pubout -out public_key.pem 2>/dev/null",
    "acme.xml": """openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=acme.example -keyout /dev/null -out acme.pem 2>/dev/null
cat > acme.xml <<XML
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://login.acme.example/metadata">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>
$(sed /-/d acme.pem)
    </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://login.acme.example/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
XML""",
    # The integrator's own generator.
    "our-generator": """cat > our-generator <<'SCRIPT'
#!/bin/sh
exec python3 samples/loginkey.py "$@"
SCRIPT
chmod +x our-generator""",
}

FILES["installation"] = """latchkey group create 12345 --name Acme && latchkey apikey create --group 12345
latchkey user add --group 12345 --puid 005Fk000001aBcDIAU --username dana --administrator"""
FILES["roles"] = "for name in Agents Guests; do latchkey role create $name --group 12345 --privilege joinCobrowseSessions; done"
# An administrator with a password, and a group with two roles.
FILES["boss"] = FILES["password.txt"] + """
latchkey group create 12345 --name Acme && latchkey apikey create --group 12345
for name in Joiner Starter; do latchkey role create $name --group 12345 --privilege joinCobrowseSessions; done
latchkey user add --group 12345 --puid boss --username boss --administrator --password-file password.txt"""
# Of the PostgreSQL server: its addresses and the password, and a second database; and a store to be moved into it.
FILES["postgresql"] = """printf '*:*:*:latchkey:correct horse\\n' > pgpass && chmod 600 pgpass
printf "localhost:$PGPORT,127.0.0.1:$PGPORT" > hosts"""
FILES["old-store"] = """createdb --owner latchkey moved
unset LATCHKEY_DATABASE_PATH && latchkey group create 67890 --name Acme"""
# For an installation: a server, users, and a file with the API key.
FILES["load"] = """latchkey apikey create --group 12345 --label load --json | grep -o '"apiKey" : "[^"]*' | cut -d '"' -f 4 > api.key
for user in agent-1 agent-2 agent-3 005A1; do latchkey user add --group 12345 --puid $user --username $user; done"""
# An app that dana has set up, at a server that runs for so long.
FILES["second-factor"] = f"""printf 'correct horse battery' | latchkey user password dana --group 12345 --password-file -
latchkey serve & server=$!
trap 'kill -INT $server; wait $server' EXIT
until curl -s -o /dev/null http://127.0.0.1:$LATCHKEY_HTTP_PORT/readyz; do sleep 0.1; done
python3 {pathlib.Path(__file__).with_name("second_factor.py")} http://127.0.0.1:$LATCHKEY_HTTP_PORT 'correct horse battery'
latchkey user show dana --group 12345 | grep 'second factor  *.*10 recovery codes'"""
# A security key of dana's.
FILES["security-key"] = f"""printf 'correct horse battery' | latchkey user password dana --group 12345 --password-file -
LATCHKEY_HTTP_PUBLIC_URL=http://localhost:$LATCHKEY_HTTP_PORT latchkey serve & server=$!
trap 'kill -INT $server; wait $server' EXIT
until curl -s -o /dev/null http://127.0.0.1:$LATCHKEY_HTTP_PORT/readyz; do sleep 0.1; done
python3 {pathlib.Path(__file__).with_name("security_key.py")} http://localhost:$LATCHKEY_HTTP_PORT 'correct horse battery'
latchkey user show dana --group 12345 | grep 'security keys  *1'"""
# A refusal, at a server that runs with cert.pem: the CRM signs a name in another Unicode form than it sends.
FILES["refusal"] = """expires=$(($(date +%s) + 300))
LATCHKEY_API_KEY=$(cat old-key.txt) python3 samples/loginkey.py 12345 "$(printf 'jose\\u0301')" $expires > refusal.key
curl -sk https://127.0.0.1:$LATCHKEY_HTTP_PORT/services/AuthorizationService.svc/rest/Authorize --json \\
    "{\\"partnerid\\": 12345, \\"partneruserid\\": \\"$(printf 'jos\\u00e9')\\", \\"loginkey\\": \\"$(cat refusal.key)\\"}" |
    grep -o '"correlationId":"[0-9a-f]*' | cut -d '"' -f 4 > refusal.id"""
# People who are not there yet.
FILES["new/agents.csv"] = FILES["agents.csv"].replace("dana.acme", "kim.acme").replace("aBcDIAU", "aBcFIAU")
FILES["a-backup"] = "rm -f latchkey-monday.sqlite*; latchkey backup latchkey-monday.sqlite"

# An OpenID Connect provider on this machine: its discovery document and its keys.
FILES["provider"] = FILES["jwks.json"] + """
cat > provider.py <<'PYTHON'
import http.server, json, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = {"/.well-known/openid-configuration": json.dumps(discovery), "/jwks": open("jwks.json").read()}
        self.send_response(200 if self.path in known else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(known.get(self.path, "{}").encode())
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
issuer = f"http://127.0.0.1:{server.server_port}"
discovery = {
    "issuer": issuer, "authorization_endpoint": issuer + "/authorize", "token_endpoint": issuer + "/token",
    "jwks_uri": issuer + "/jwks", "response_types_supported": ["code"], "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"]}
open("address.new", "w").write(issuer)
os.rename("address.new", "provider.address")
server.serve_forever()
PYTHON"""

# What is a program that is left running, and what succeeds once it answers.
PROGRAMS = {
    "provider": ("exec python3 provider.py", "test -f provider.address"),
    "load": ("exec latchkey serve", "curl -sf -o /dev/null http://127.0.0.1:$LATCHKEY_HTTP_PORT/readyz"),
}
