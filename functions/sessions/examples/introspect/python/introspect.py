"""Prints whose the token in the first argument is."""

import base64
import json
import os
import sys
import urllib.parse
import urllib.request


def introspect(token):
    """Asks Gatehouse about a token. An exception means that nothing is known: refuse the request with a 500 or 503."""
    credentials = f"{os.environ['GATEHOUSE_APP_ID']}:{os.environ['GATEHOUSE_APP_SECRET']}"
    request = urllib.request.Request(
        os.environ["GATEHOUSE_URL"] + "/oauth2/introspect",
        data=urllib.parse.urlencode({"token": token}).encode(),
        headers={"Authorization": "Basic " + base64.b64encode(credentials.encode()).decode()},
    )
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.load(response)


if __name__ == "__main__":
    session = introspect(sys.argv[1])
    print(session["username"] if session["active"] else "nobody")
