"""Settings that Django needs before it is loaded.  (The engines take this file's place.)"""

import os

os.environ.setdefault("NGUON_SECRET_KEY", "tests only, never a real installation")
