"""A stand-in for the part of the image engine that looks at photographs as they come in."""

from collections.abc import Callable, Sequence

from service.usecases.ports import ExaminedPicture, FoundRepeat


class PlainExaminer:
    """Finds nothing in any photograph; the copy for outsiders is the photograph itself."""

    def examine(self, content: bytes) -> ExaminedPicture:
        return ExaminedPicture(
            pixel_sha256=None,
            decoder="none",
            likeness=None,
            captured_at=None,
            camera_make=None,
            has_place=False,
        )

    def repeats(
        self,
        content: bytes,
        known: Sequence[tuple[str, bytes]],
        content_of: Callable[[str], bytes | None],
    ) -> list[FoundRepeat]:
        return []

    def public_copy(self, content: bytes) -> bytes:
        return content
