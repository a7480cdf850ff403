"""Where the server is, and its demo credentials."""

import json
import os

BASE_URL = os.environ["BASE_URL"]
DEMO: dict[str, str] = json.loads(os.environ["DEMO"])
ORIGIN = "http://localhost:3000"
SECRET = {"client_id": DEMO["client_id"], "client_secret": DEMO["client_secret"]}
