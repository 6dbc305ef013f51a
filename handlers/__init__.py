"""The operations of the contract: one package or module per resource, one short stateless function per operation."""
