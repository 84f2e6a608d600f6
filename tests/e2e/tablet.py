"""A tablet in the browser, used with fingers alone: taps on what can be seen."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect

from tests.e2e.browser import ARGUMENTS, CHROMIUM, TABLET

PIN = "2468"
PASSWORD = "correct horse"  # of the company of the tests
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
OTHERS = {"zh": "EN", "en": "中文"}
"""What the button says that changes from a language to the other."""

SOURCES = Path(__file__).parents[2] / "service" / "web" / "yard"


def _words() -> dict[str, tuple[str, str]]:
    texts = [(SOURCES / name).read_text("utf-8") for name in ("words.js", "words-more.js")]
    pair = re.compile(r'(?:(\w+)|"([^"]+)"): \["([^"]*)", "([^"]*)"\]')
    found = [match for text in texts for match in pair.findall(text)]
    return {bare or quoted: (zh, en) for bare, quoted, zh, en in found}


WORDS = _words()
"""What the tablet says, by key: Chinese, English."""


_WRITTEN = """() => new Promise((resolve) => {
  indexedDB.open("ferrotrace-yard", 1).onsuccess = ({ target }) => {
    const writing = target.result.transaction(["drafts", "outbox", "photographs"], "readwrite");
    writing.objectStore("drafts").count();
    writing.oncomplete = () => { target.result.close(); resolve(); };
  };
})"""


class Tablet:
    """One window of the tablet app in ``language``; ``taps`` counts what the person touched."""

    def __init__(self, page: Page, address: str, language: str = "en") -> None:
        self.page = page
        self.address = address
        self.language = language
        self.taps = 0

    def says(self, key: str, **values: object) -> str:
        """What ``key`` is in the language on the screen."""
        text = WORDS[key][self.language == "en"]
        return re.sub(r"\{(\w+)\}", lambda place: str(values[place[1]]), text)

    def speak(self, language: str) -> None:
        """One touch on the button that names the other language."""
        button = self.by_id("language")
        if button.inner_text() != OTHERS[language]:
            self.tap(button)
        expect(button).to_have_text(OTHERS[language])
        self.language = language

    def open(self, path: str = "") -> None:
        self.page.goto(self.address + (f"#{path}" if path else ""))

    def tap(self, target: Locator) -> None:
        target.tap()
        self.taps += 1

    def by_id(self, name: str) -> Locator:
        return self.page.locator(f'[data-id="{name}"]')

    def choose(self, choice: str) -> None:
        self.tap(self.page.locator(f'[data-choice="{choice}"]'))

    def keys(self, text: str, *, within: str = "") -> None:
        """Tap the keys of the keypad on the screen."""
        for sign in text:
            self.tap(self.page.locator(f'{within} [data-key="{sign}"]').first)

    @property
    def main(self) -> Locator:
        """The one main button."""
        return self.page.locator("#actions .main")

    @property
    def weight(self) -> Locator:
        return self.page.locator(".live")

    def enrol(self, login: str, pin: str = PIN) -> None:
        self.open("/enrol")
        self.page.locator("#email").fill(login)
        self.page.locator("#password").fill(PASSWORD)
        self.keys(pin)
        self.tap(self.by_id("send"))
        self.page.wait_for_url("**/#/sign-in")

    def sign_out(self) -> None:
        self.open("/menu")
        self.tap(self.by_id("sign-out"))
        self.page.wait_for_url("**/#/sign-in")

    def is_used_by(self, name: str) -> None:
        """``name`` is at the tablet, in the place of who was."""
        if self.page.locator(".bar .name", has_text=name).count():
            return
        if not self.page.url.endswith("#/sign-in"):
            self.sign_out()
        self.sign_in(name)

    def sign_in(self, name: str, pin: str = PIN) -> None:
        self.page.locator(".names button", has_text=name).tap()
        self.keys(pin)
        self.tap(self.by_id("sign-in"))
        self.page.wait_for_url("**/#/queue")
        self.language = "zh" if self.by_id("language").inner_text() == OTHERS["zh"] else "en"

    def arrive_booked(self, plate: str) -> None:
        """The truck of a booking comes through the gate."""
        self.open("/queue")
        self.tap(self.page.locator(".bookings a", has_text=plate))
        expect(self.main).to_contain_text(plate)
        self.tap(self.main)
        self.page.wait_for_url("**/#/queue")
        expect(self.truck(plate)).to_be_visible()

    def truck(self, plate: str) -> Locator:
        return self.page.locator(".truck-open", has_text=plate)

    def is_up(self) -> None:
        expect(self.by_id("banner-edge")).to_have_count(0)
        expect(self.by_id("link-state")).not_to_have_attribute("data-state", "bad")

    def is_cut(self) -> None:
        expect(self.by_id("banner-edge")).to_be_visible()

    def is_kept(self) -> None:
        """What was typed so far lies in the tablet's storage: later writes wait for earlier."""
        self.page.evaluate(_WRITTEN)

    def photograph(self, picture: Path, *, button: str = "photo") -> None:
        """Take a photograph: the camera gives ``picture``."""
        self.by_id(button).locator("input").set_input_files(picture)


@contextmanager
def profile(
    playwright: Playwright, folder: Path, language: str = "en", more: Sequence[str] = ()
) -> Iterator[BrowserContext]:
    """A browser whose storage stays in ``folder`` when it is closed, as that of a tablet does.

    ``more``: arguments of the browser.
    """
    context = playwright.chromium.launch_persistent_context(
        str(folder),
        executable_path=CHROMIUM,
        args=[*ARGUMENTS, *more],
        viewport={"width": TABLET[0], "height": TABLET[1]},
        locale=LOCALES[language],
        has_touch=True,
        reduced_motion="reduce",
    )
    yield context
    context.close()


class Device:
    """A tablet that can be switched off: its browser is closed, what it keeps stays.

    Its camera sees what ``camera`` shows: a file of JPEG pictures, one after the other.
    """

    def __init__(self, playwright: Playwright, folder: Path, address: str, camera: Path) -> None:
        self._playwright = playwright
        self._folder = folder
        self._address = address
        self._more = (
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        )
        self._stack = ExitStack()
        self.tablet = self._switched_on("zh")

    def switch_off_and_on(self) -> Tablet:
        """The browser is closed in the middle of the work, and opened again."""
        self.tablet.is_kept()
        self.switch_off()
        self.tablet = self._switched_on(self.tablet.language)
        return self.tablet

    def switch_off(self) -> None:
        self._stack.close()

    def _switched_on(self, language: str) -> Tablet:
        opened = profile(self._playwright, self._folder, "zh", self._more)
        context = self._stack.enter_context(opened)
        return Tablet(context.pages[0], self._address, language)


def window(browser: Browser, language: str = "en") -> Page:
    """A new tablet that nobody has used."""
    context = browser.new_context(
        viewport={"width": TABLET[0], "height": TABLET[1]},
        locale=LOCALES[language],
        has_touch=True,
    )
    return context.new_page()
