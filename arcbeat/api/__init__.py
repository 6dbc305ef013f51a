"""The HTTP face: the contract, how requests are checked against it, and how errors are told."""
