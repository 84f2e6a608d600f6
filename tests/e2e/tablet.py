"""A tablet in the browser, used with fingers alone: taps on what can be seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect

from tests.e2e.browser import ARGUMENTS, CHROMIUM, TABLET

PIN = "2468"
PASSWORD = "correct horse"  # of the company of the tests
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
WITHIN_MS = 15_000


class Tablet:
    """One window of the tablet app; ``taps`` counts what the person touched."""

    def __init__(self, page: Page, address: str) -> None:
        page.set_default_timeout(WITHIN_MS)
        expect.set_options(timeout=WITHIN_MS)
        self.page = page
        self.address = address
        self.taps = 0

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

    def sign_in(self, name: str, pin: str = PIN) -> None:
        self.page.locator(".names button", has_text=name).tap()
        self.keys(pin)
        self.tap(self.by_id("sign-in"))
        self.page.wait_for_url("**/#/queue")

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

    def photograph(self, picture: Path, *, button: str = "photo") -> None:
        """Take a photograph: the camera gives ``picture``."""
        self.by_id(button).locator("input").set_input_files(picture)


@contextmanager
def profile(playwright: Playwright, folder: Path, language: str = "en") -> Iterator[BrowserContext]:
    """A browser whose storage stays in ``folder`` when it is closed, as that of a tablet does."""
    context = playwright.chromium.launch_persistent_context(
        str(folder),
        executable_path=CHROMIUM,
        args=ARGUMENTS,
        viewport={"width": TABLET[0], "height": TABLET[1]},
        locale=LOCALES[language],
        has_touch=True,
    )
    yield context
    context.close()


def window(browser: Browser, language: str = "en") -> Page:
    """A new tablet that nobody has used."""
    context = browser.new_context(
        viewport={"width": TABLET[0], "height": TABLET[1]},
        locale=LOCALES[language],
        has_touch=True,
    )
    return context.new_page()
