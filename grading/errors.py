"""What the engine refuses, and why: one class for each broken rule."""

from typing import ClassVar


class GradingError(Exception):
    """Anything the engine refuses or cannot do; the root of its tree.

    ``message`` is an English text with named places; ``values`` fill them, so that a caller can say
    the same in the reader's language.
    """

    message: ClassVar[str] = "The picture could not be graded."

    def __init__(self, *, field: str | None = None, **values: object) -> None:
        """Keep ``field`` (the offending input) and the ``values`` of the message."""
        super().__init__(self.message % values if values else self.message)
        self.field = field
        self.values = values


class PictureError(GradingError):
    """The bytes are not a picture that can be graded."""


class NotAPictureError(PictureError):
    """The bytes are of no format that is read here."""

    message = "These %(size_bytes)s bytes are no picture of a known kind (%(kinds)s)."


class TruncatedPictureError(PictureError):
    """The picture ends before its data does, or its data is damaged."""

    message = "The %(kind)s picture of %(size_bytes)s bytes is cut short or damaged."


class PictureTooLargeError(PictureError):
    """More bytes or pixels than are decoded here."""

    message = "The picture has %(value)s %(unit)s, allowed are %(limit)s."


class BackboneError(GradingError):
    """The file of the backbone is absent or not the one that was measured."""

    message = "The backbone file %(name)s is not the expected one: found %(value)s, not %(limit)s."


class WeightsFormatError(GradingError):
    """A weights file holds something other than numbers."""

    message = "The weights file is refused: %(value)s."


class HeadFileError(GradingError):
    """A head file does not follow the format."""

    message = "The head file is refused: %(value)s."


class SiteFileError(GradingError):
    """A site configuration does not follow the format."""

    message = "The site configuration is refused: %(value)s."


class CatalogueError(GradingError):
    """A grade catalogue is unknown or does not follow the format."""

    message = "The grade catalogue is refused: %(value)s."


class PhotoFolderError(GradingError):
    """A folder of labelled pictures cannot be used."""

    message = "The folder of pictures is refused: %(value)s."


class FoldsFileError(GradingError):
    """A file of folds does not fit the pictures."""

    message = "The file of folds is refused: %(value)s."
