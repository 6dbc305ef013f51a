"""The domain: types, rules and ports. It does no input or output, and imports no other package of this repository."""
