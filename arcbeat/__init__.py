"""arcbeat: the pulse of every machine on a factory floor, every five seconds."""

import warnings

# Connexion imports what warns of its own future; nothing of it is used here, and nobody who serves can mend it.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
warnings.filterwarnings("ignore", message="jsonschema.*Ref.* is deprecated")
