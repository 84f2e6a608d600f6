"""The pages of a company that a test has made, on a port of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from werkzeug.serving import make_server

from tests.support.company import Company
from tests.support.pages import pages_of


@contextmanager
def served(company: Company) -> Iterator[str]:
    """Address of the company's pages."""
    server = make_server("127.0.0.1", 0, pages_of(company), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
