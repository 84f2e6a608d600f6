"""Number plates in pictures: asks the recogniser, which runs in a process of its own."""

from typing import cast

from service.devices.answering_process import AnsweringProcess, NoAnswerError, Serving
from service.devices.pictures import picture_header
from service.devices.plate_recogniser import serve
from service.domain.errors import UnavailableError, gettext_noop
from service.domain.plate_reading import PlateReading

READS_WITHIN_S = 10.0


class PlateReaderUnavailableError(UnavailableError):
    """The recogniser does not answer; a plate can always be typed."""

    message = gettext_noop("No plate can be read now: %(value)s. Type the plate instead.")


class PlateReader:
    """``serving`` answers pictures at the other end of a pipe; the real recogniser by default."""

    def __init__(self, serving: Serving = serve, *, reads_within_s: float = READS_WITHIN_S) -> None:
        self._process = AnsweringProcess(serving, answers_within_s=reads_within_s)

    def read(self, picture: bytes) -> tuple[PlateReading, ...]:
        """Plates in a JPEG or PNG, the surest first; empty where there is none.

        Raises NotAPictureError, PictureTooLargeError, PlateReaderUnavailableError.
        """
        picture_header(picture)
        try:
            answer = self._process.ask(picture)
        except NoAnswerError as error:
            raise PlateReaderUnavailableError(
                field="picture", value=error.values["value"]
            ) from error
        if isinstance(answer, str):
            raise PlateReaderUnavailableError(field="picture", value=answer)
        return tuple(cast("list[PlateReading]", answer))

    def close(self) -> None:
        """End the process; another picture would start a new one."""
        self._process.close()
