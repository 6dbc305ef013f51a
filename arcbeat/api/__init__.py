"""The HTTP API: the contract, the validation of requests against it, access control, and the rendering of errors."""
