"""The only code that speaks to the outside: databases, TDengine, processes."""
