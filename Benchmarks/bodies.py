"""Prints request bodies for random users: bodies.py API_KEY USERS COUNT"""
import base64, hashlib, hmac, json, random, sys, time

key, users, count = sys.argv[1].encode(), int(sys.argv[2]), int(sys.argv[3])
start = int(time.time()) + 3600
random.seed(1)
for index, number in enumerate(random.sample(range(users), min(users, count))):
    expires = str(start + index // 20)
    puid = f"user-{number}"
    code = hmac.new(key, f"12345{puid}1{expires}".encode(), hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(code).decode().rstrip("=")
    print(json.dumps({"partnerid": "12345", "partneruserid": puid, "loginkey": f"$1${expires}${signature}"}))
