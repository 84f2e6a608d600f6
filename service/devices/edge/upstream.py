"""What goes up and what comes down: entries in order, once each; the newest brief."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Event, Thread
from typing import Any

from service.devices.edge.brief import BriefInvalidError, BriefStore, KeptBrief
from service.devices.edge.entries import GENESIS, LARGEST_BATCH, Envelope, instant_ms
from service.devices.edge.link import Link
from service.devices.edge.log import YardLog, named_blobs
from service.devices.edge.upstream_client import (
    UpstreamClient,
    UpstreamDownError,
    UpstreamRefusedError,
)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
REFUSED_PAUSE_S = 30.0
BRIEF_EVERY_S, LONGEST_BRIEF_PAUSE_S = 2.0, 8.0
LARGEST_REQUEST_BYTES = 2 * 1024 * 1024

log = logging.getLogger(__name__)


class Upstream:
    """Two threads between the edge unit's file and the server above, until ``stop``.

    ``on_brief`` is told of each newer snapshot.
    """

    def __init__(
        self,
        client: UpstreamClient,
        yard_log: YardLog,
        briefs: BriefStore,
        link: Link,
        *,
        site_id: str,
        key_made_at: datetime,
        now: Callable[[], datetime],
        on_brief: Callable[[KeptBrief], None],
    ) -> None:
        self._client = client
        self._log = yard_log
        self._briefs = briefs
        self._link = link
        self._registration: Mapping[str, Any] = {
            "site_id": site_id,
            "public_key": yard_log.public_key,
            "made_at": instant_ms(key_made_at),
        }
        self._is_registered = False
        self._after: int | None = None  # where the server lost entries, the last one it has
        self._now = now
        self._on_brief = on_brief
        self._stopped = Event()
        self._awake = Event()
        self._is_back = Event()
        self._threads = (
            Thread(target=self._upload_for_ever, name="uploader", daemon=True),
            Thread(target=self._pull_for_ever, name="brief", daemon=True),
        )

    def start(self) -> None:
        self.count()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both threads; returns when they have."""
        self._stopped.set()
        self._awake.set()
        self._is_back.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def wake(self) -> None:
        """Something is to be sent."""
        self.count()
        self._awake.set()

    def count(self) -> None:
        """Tell the link how much waits."""
        kept = self._briefs.kept()
        queued = self._log.head()[0] - self._log.acknowledged()
        self._link.counted(queued=queued, held=len(kept.brief.log.held) if kept else 0)

    def upload(self) -> None:
        """Send all that waits: the key, then pictures before the entries that name them.

        Raises UpstreamDownError, UpstreamRefusedError. Cut anywhere, it goes on where it was: what
        the server has already it answers as before.
        """
        self._register()
        while not self._stopped.is_set():
            batch = self._next_batch()
            if not batch:
                return
            for digest in self._pictures_for(batch):
                blob = self._log.blob(digest)
                assert blob is not None  # noqa: S101 # unsent blobs are blobs kept here
                self._client.put_blob(digest, blob)
                self._log.keep_sent(digest)
            try:
                outcomes = self._client.post_entries([entry.document() for entry in batch])
            except UpstreamRefusedError:
                if not self._went_back(batch[0].entry_seq):
                    raise
                continue
            self._log.keep_outcomes(outcomes)
            self._after = None if self._after is None else batch[-1].entry_seq
            self.count()
            if self._log.acknowledged() < batch[-1].entry_seq:
                raise UpstreamDownError(
                    field="upstream", value=self._client.url, limit="entries without an outcome"
                )

    def pull(self) -> None:
        """Fetch the brief where it is a newer one.

        Raises UpstreamDownError, UpstreamRefusedError, BriefInvalidError.
        """
        self._register()
        kept = self._briefs.kept()
        fetched = self._client.brief(kept.etag if kept else None, self._now())
        if fetched is not None:
            self._on_brief(self._briefs.keep(fetched.document, fetched.etag, self._now()))
        self.count()
        if self._link.facts.queued == 0:
            self._link.synced(self._now())

    def _register(self) -> None:
        """Make the log key known, once; a second time would change nothing."""
        if not self._is_registered:
            self._client.register(**self._registration)
            self._is_registered = True

    def _went_back(self, first: int) -> bool:
        """Whether the server lost entries before ``first`` (a restored backup): it gets them again.

        Only where the last one that it has is one of this log.
        """
        entry_seq, last_hash = self._client.head()
        own = self._log.entry(entry_seq) if entry_seq else None
        if entry_seq >= first - 1 or (own.hash if own else GENESIS) != last_hash:
            return False
        self._after = entry_seq
        return True

    def _pictures_for(self, batch: list[Envelope]) -> list[str]:
        """Pictures to send before ``batch``: those not sent yet, all where the server lost some."""
        if self._after is None:
            return self._log.unsent_blobs(up_to=batch[-1].entry_seq)
        return [digest for entry in batch for digest in named_blobs(entry)]

    def _next_batch(self) -> list[Envelope]:
        """The next entries in order: at most fifty, and not much above two megabytes."""
        after = self._log.acknowledged() if self._after is None else self._after
        entries = self._log.entries(after=after, limit=LARGEST_BATCH)
        size = 0
        batch: list[Envelope] = []
        for entry in entries:
            size += len(str(entry.body))
            if batch and size > LARGEST_REQUEST_BYTES:
                break
            batch.append(entry)
        return batch

    def _upload_for_ever(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopped.is_set():
            self._awake.clear()
            try:
                self.upload()
            except UpstreamDownError as error:
                log.info("upload: %s", error)
                self._is_back.clear()
                self._link.is_down_at(self._now())
                self._is_back.wait(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            except UpstreamRefusedError as error:
                log.warning("upload: %s", error)
                self._link.refused(str(error))
                self._answered()
                self._stopped.wait(REFUSED_PAUSE_S)
            else:
                pause_s = FIRST_PAUSE_S
                self._answered()
                self._link.refused(None)
                self._awake.wait()

    def _pull_for_ever(self) -> None:
        pause_s = BRIEF_EVERY_S
        while not self._stopped.is_set():
            try:
                self.pull()
            except UpstreamDownError as error:
                log.info("brief: %s", error)
                self._link.is_down_at(self._now())
                pause_s = min(2 * pause_s, LONGEST_BRIEF_PAUSE_S)
            except (UpstreamRefusedError, BriefInvalidError) as error:
                log.warning("brief: %s", error)
                pause_s = LONGEST_BRIEF_PAUSE_S
            else:
                pause_s = BRIEF_EVERY_S
                self._answered()
            self._stopped.wait(pause_s)

    def _answered(self) -> None:
        """The link is up: whoever waits for it goes on."""
        self._link.is_up_at(self._now(), clock_drift_ms=self._client.clock_drift_ms)
        self._is_back.set()
