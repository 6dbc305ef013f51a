"""Frames and packets as they are sent."""

import orjson
from engineio.packet import MESSAGE
from socketio.packet import ACK, EVENT

from arcbeat.realtime.rooms.frames import Frame, PreencodedText, PreframedUtf8
from arcbeat.realtime.socketio.internals import JsonPacket, LazyPacket
from arcbeat.realtime.socketio.packets import NAMESPACE, serialize_event
from arcbeat.realtime.websocket.client import serialize_message

BODY = '{"changed":{"炉#2":{"values":{"device_status":"焊接"}}}}'.encode()


def test_an_event_contains_the_encoded_body_unchanged() -> None:
    packet = JsonPacket(EVENT, namespace=NAMESPACE, data=["delta", orjson.Fragment(BODY)])

    assert serialize_event("delta", BODY) == f"{MESSAGE}{packet.encode()}".encode()


def test_an_acknowledgement_contains_an_encoded_fragment_unchanged() -> None:
    answer = JsonPacket(ACK, namespace="/realtime", id=7, data=[{"delta": orjson.Fragment(BODY)}])

    assert answer.encode() == f'3/realtime,7[{{"delta":{BODY.decode()}}}]'


def test_a_message_has_the_event_as_its_type() -> None:
    assert orjson.loads(serialize_message("delta", BODY)) == {"type": "delta", **orjson.loads(BODY)}


def test_a_frame_is_serialized_once_per_transport() -> None:
    frame = Frame("delta", BODY)

    assert frame.text(serialize_event) is frame.text(serialize_event)
    assert frame.text(serialize_event) != frame.text(serialize_message)


def test_a_preencoded_text_returns_its_utf8_bytes() -> None:
    text = PreencodedText.of(BODY)

    assert text == BODY.decode()
    assert text.encode() == BODY
    assert text.encode("utf-16") == BODY.decode().encode("utf-16")


def test_a_frame_is_framed_once_for_all_clients() -> None:
    frame = Frame("delta", BODY)
    one, other = frame.text(serialize_event).encode(), frame.text(serialize_event).encode()

    assert isinstance(one, PreframedUtf8)
    assert isinstance(other, PreframedUtf8)
    assert one.framed is other.framed


def test_a_lazy_packet_is_made_once_and_only_when_it_is_written() -> None:
    contents = ["first", "second"]
    packet = LazyPacket(lambda: contents.pop(0))

    assert len(contents) == 2
    assert packet.encode() == packet.encode(b64=True) == "first"
    assert contents == ["second"]
