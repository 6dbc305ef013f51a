"""The connections of one server, without sockets."""

from arcbeat.runtime.open_connections import HEALTH_CONNECTIONS, OpenConnections


class Connection:
    def __init__(self, connections: OpenConnections) -> None:
        self._connections = connections
        self.is_aborted = False
        self.is_surplus = connections.add(self, self)

    def abort(self) -> None:
        self.is_aborted = True
        self._connections.serve(self)
        self._connections.remove(self)


def busy(connections: OpenConnections, count: int) -> list[Connection]:
    """Open connections that each have a request."""
    opened = [Connection(connections) for _ in range(count)]
    for each in opened:
        connections.serve(each)
    return opened


def test_the_connection_that_has_waited_longest_makes_room_for_a_new_one() -> None:
    connections = OpenConnections(3)
    [first, second, third] = [Connection(connections) for _ in range(3)]
    connections.serve(first)
    connections.wait(first, is_surplus=False)

    new = Connection(connections)

    assert [each.is_aborted for each in (first, second, third, new)] == [False, True, False, False]
    assert (new.is_surplus, len(connections)) == (False, 3)


def test_if_all_have_requests_a_new_connection_is_for_health_checks_only() -> None:
    connections = OpenConnections(2)
    busy(connections, 2)

    assert Connection(connections).is_surplus


def test_health_checks_always_get_a_connection() -> None:
    connections = OpenConnections(2)
    opened = busy(connections, 2)

    surplus = [Connection(connections) for _ in range(10 * HEALTH_CONNECTIONS)]

    assert not any(each.is_aborted for each in opened)
    assert all(each.is_surplus for each in surplus)
    assert sum(not each.is_aborted for each in surplus) == HEALTH_CONNECTIONS
    assert not surplus[-1].is_aborted
    assert len(connections) == 2 + HEALTH_CONNECTIONS


def test_a_closed_connection_makes_room() -> None:
    connections = OpenConnections(1)
    busy(connections, 1)[0].abort()

    assert not Connection(connections).is_surplus
