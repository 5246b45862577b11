"""Signs the claims it reads on stdin with PyJWT, and prints the token."""

import json
import sys

import jwt

job = json.load(sys.stdin)
key = None if job["alg"] == "none" else job["key"]
print(jwt.encode(job["claims"], key, algorithm=job["alg"], headers={"kid": job["kid"]}))
