"""A DNS server on loopback that says of each domain what a test wants: records, or a failure."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[str, tuple[str, ...] | dns.rcode.Rcode | None]
"""By domain: its TXT records, the code it fails with, or None for silence; others: NXDOMAIN."""


@contextmanager
def dns_server(zone: Zone, *, signed: bool = False) -> Iterator[str]:
    """Serve ``zone`` until the end; gives the resolver's ``ADDRESS:PORT``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.1)
        server = _Server(listening, zone, signed=signed)
        thread = Thread(target=server.serve, name="dns", daemon=True)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        server.is_stopped = True
        thread.join()


class _Server:
    def __init__(self, listening: socket.socket, zone: Zone, *, signed: bool) -> None:
        self._listening, self._zone, self._signed = listening, zone, signed
        self.is_stopped = False

    def serve(self) -> None:
        while not self.is_stopped:
            try:
                wire, asker = self._listening.recvfrom(4_096)
            except TimeoutError:
                continue
            answer = self._answer(dns.message.from_wire(wire))
            if answer is not None:
                self._listening.sendto(answer.to_wire(), asker)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        said = self._zone.get(question.name.to_text(omit_final_dot=True), dns.rcode.NXDOMAIN)
        if said is None:
            return None
        response = dns.message.make_response(query)
        if self._signed:
            response.flags |= dns.flags.AD
        if isinstance(said, dns.rcode.Rcode):
            response.set_rcode(said)
        elif said and question.rdtype == dns.rdatatype.TXT:
            texts = [_quoted(text) for text in said]
            rrset = dns.rrset.from_text_list(question.name, 60, "IN", "TXT", texts)
            response.answer.append(rrset)
        return response


def _quoted(text: str) -> str:
    """The text in character strings of at most 255 bytes."""
    escaped = (text[at : at + 200].replace('"', '\\"') for at in range(0, len(text), 200))
    return " ".join(f'"{part}"' for part in escaped)
