"""The only code that talks to the outside: databases, TDengine, Redis, token issuers, files, child processes.

One package per technology. A package imports no other package of adapters, only breaker.py and the caches here.
"""
