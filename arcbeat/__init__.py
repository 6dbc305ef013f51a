"""arcbeat: the pulse of every machine on a factory floor, every five seconds."""

import warnings

# Connexion imports deprecated parts of other libraries. arcbeat does not use them, and an operator cannot change it.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
warnings.filterwarnings("ignore", message="jsonschema.*Ref.* is deprecated")
