"""A module a resource, a short stateless function an operation of the contract."""
