"""What transactions leave in the server connections of PgBouncer, where the next client finds it."""

from contextlib import ExitStack

import psycopg

from tests.support.pgbouncer import SERVER_CONNECTIONS

# PgBouncer itself sets the parameters that the protocol reports to clients.
LEFT = """
select 'setting ' || name from pg_settings
 where source = 'session' and name not in ('application_name', 'client_encoding', 'DateStyle', 'TimeZone',
                                           'standard_conforming_strings')
union all select 'listens on ' || channel from pg_listening_channels() as channel
union all select 'prepared ' || statement from pg_prepared_statements
union all select 'lock ' || objid from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
union all select 'temporary ' || relname from pg_class where relnamespace = pg_my_temp_schema()"""


def leftovers(uri: str) -> list[str]:
    """Return what is left in any server connection of a database.

    As many transactions as there may be server connections are open at once, so that each is looked at.
    """
    found: list[str] = []
    with ExitStack() as stack:
        for _ in range(SERVER_CONNECTIONS):
            connection = stack.enter_context(psycopg.connect(uri, prepare_threshold=None))
            found += [row[0] for row in connection.execute(LEFT)]
    return found
