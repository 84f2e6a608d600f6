"""One whole truck, by clicks and keys alone: from the booking to the verified settlement."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import person, stranger
from tests.e2e.company import Company

LADEN_KG, EMPTY_KG = 48_620, 16_140
SENT_EMPTY_KG, SENT_LADEN_KG = 15_420, 47_420
PLANT_LADEN_KG, PLANT_EMPTY_KG = 47_380, 15_420
ON_RECORD_WITHIN_MS = 90_000


class Walk:
    """The people of one truck, each at their own window."""

    def __init__(self, browser: Browser, company: Company) -> None:
        """Nobody is signed in yet."""
        self._browser = browser
        self._company = company
        self._people: dict[str, Page] = {}

    def at(self, role: str, path: str | None = None) -> Page:
        """The window of ``role``, at ``path`` where one is given."""
        if role not in self._people:
            self._people[role] = person(self._browser, self._company, role)
        page = self._people[role]
        if path is not None:
            page.goto(self._company.address + path)
        return page

    def hurry(self, role: str, site_id: str) -> None:
        """Let the simulated yard of a site run five times faster than true time."""
        page = self.at(role, "/demo")
        page.locator(f'form[action="/demo/{site_id}/speed/5"] button').click()

    def book(self, plate: str) -> str:
        """A supplier announces a load; the number of the booking."""
        page = self.at("supplier", "/bookings/new")
        page.get_by_label("Plate").fill(plate)
        page.get_by_label("Base").select_option("BASE01")
        page.get_by_role("button", name="Book the truck").click()
        number = page.locator("h1").inner_text()
        assert number.startswith("YY-")
        return number

    def arrive(self, role: str, site_id: str, number: str) -> str:
        """The driver shows a code at the gate, and the visit opens; its address."""
        page = self.at(role, "/demo")
        form = page.locator(f'form[action="/demo/{site_id}/code"]')
        code = form.locator("option", has_text=number).get_attribute("value")
        form.locator("select").select_option(code)
        form.get_by_role("button", name="Show the code").click()
        page = self.at(role, f"/yard/arrival?site={site_id}")
        page.get_by_role("button", name="Scan at the gate").click()
        expect(page.get_by_text("code read", exact=True)).to_be_visible()
        page.get_by_role("button", name="Open the visit").click()
        page.wait_for_url(re.compile("/visits/[0-9a-f-]+$"))
        return page.url

    def arrive_to_load(self, plate: str) -> str:
        """A truck comes to fetch material for the plant."""
        page = self.at("operator", "/yard/arrival?site=BASE01")
        page.get_by_label("Plate").fill(plate)
        page.get_by_role("radio", name="takes scrap to a plant").check()
        page.get_by_text("For a truck that takes scrap to a plant").click()
        page.locator("#plant_id").select_option(index=1)
        page.locator("#carrier_id").select_option(index=1)
        page.locator("#distance_km").fill("86.4")
        page.get_by_role("button", name="Open the visit").click()
        page.wait_for_url(re.compile("/visits/[0-9a-f-]+$"))
        return page.url

    def weigh(self, role: str, site_id: str, visit: str, weighing_pass: str, kg: int) -> None:
        """Drive onto the scale, wait for the stillness, record, drive off."""
        self.drive_on(role, site_id, kg)
        page = self.at(role)
        page.goto(visit)
        page.get_by_role("link", name=f"Weigh {weighing_pass}").click()
        record = page.get_by_role("button", name=f"Record {weighing_pass} {kg:,} kg")
        expect(record).to_be_enabled(timeout=60_000)
        record.click()
        page.wait_for_url(visit)
        expect(page.locator("main")).to_contain_text(f"{kg:,} kg")
        self.at(role, "/demo").locator(f'form[action="/demo/{site_id}/truck/off"] button').click()

    def drive_on(self, role: str, site_id: str, kg: int) -> None:
        """Wait for an empty deck and drive onto it."""
        page = self.at(role, "/demo")
        empty = re.compile(r"^\s*0 kg\s+stable\s*$")
        expect(page.locator(f"#live-{site_id}")).to_have_text(empty, timeout=60_000)
        page.locator(f"#kg-{site_id}").fill(str(kg))
        page.locator(f'form[action="/demo/{site_id}/truck"] button').click()

    def grade(self, visit: str) -> None:
        """The inspector looks, then asks for the proposal, and decides."""
        page = self.at("inspector")
        page.goto(visit + "/grade")
        page.get_by_role("link", name="Show the proposal").click()
        expect(page.locator("#proposal")).to_contain_text("a person decides")
        page.get_by_role("radio", name="HRS101", exact=True).check()
        page.get_by_role("textbox", name="Inclusions").fill("1.2")
        page.get_by_role("button", name="Grade as HRS101, deduct 1.20 %").click()
        page.wait_for_url(visit)

    def issue_ticket(self, visit: str) -> str:
        """The ticket with the deduction that the inspector's inclusions suggest."""
        page = self.at("operator")
        page.goto(visit)
        page.get_by_role("link", name="Issue the ticket").click()
        expect(page.locator("#sums")).to_contain_text("32,090 kg")
        page.get_by_role("button", name="Issue the ticket").click()
        page.wait_for_url(re.compile("/tickets/"))
        expect(page.locator(".paper")).to_contain_text("32,090 kg")
        return page.url

    def issue_delivery_note(self, visit: str) -> str:
        """Take the load from the lot and print the note; the number of the waybill."""
        page = self.at("operator")
        page.goto(visit)
        page.get_by_role("link", name="Issue the delivery note").click()
        page.locator('input[name="lot-BASE01-HRS101"]').fill(str(SENT_LADEN_KG - SENT_EMPTY_KG))
        page.get_by_role("button", name="Issue the delivery note").click()
        page.wait_for_url(re.compile("/deliveries/.*/note"))
        found = re.search(r"YD-[0-9-]+", page.locator(".paper").inner_text())
        assert found
        return found.group(0)

    def receive(self, visit: str) -> str:
        """The plant accepts the delivery; the address of the delivery."""
        page = self.at("plant")
        page.goto(visit)
        page.get_by_role("link", name="Accept the delivery").click()
        page.get_by_role("button", name="Record the receipt").click()
        page.wait_for_url(re.compile("/deliveries/[0-9a-f-]+$"))
        expect(page.locator("main")).to_contain_text("within the limit of ±102 kg")
        return page.url

    def settle(self, delivery: str) -> None:
        """One person prepares, another approves."""
        page = self.at("clerk")
        page.goto(delivery)
        page.get_by_role("button", name="Prepare the settlement").click()
        page.wait_for_url(re.compile("/settlements/"))
        settlement = page.url
        expect(page.get_by_text("Waits for the second person")).to_be_visible()
        page = self.at("approver")
        page.goto(settlement)
        page.get_by_role("button", name=re.compile("Approve CNY")).click()
        expect(page.get_by_text("Approved").first).to_be_visible()

    def download_settlement(self, delivery: str, folder: Path) -> Path:
        """Wait until the settlement is on record and fetch its proof file."""
        page = self.at("approver")
        page.goto(delivery)
        page.get_by_role("link", name="Settlement", exact=True).last.click()
        expect(page.locator("h1")).to_have_text("Settlement")
        state = page.locator("p.row .state").first
        for _ in range(ON_RECORD_WITHIN_MS // 1000):
            if state.inner_text().startswith("on record since"):
                break
            page.wait_for_timeout(1000)
            page.reload()
        expect(state).to_contain_text("on record since")
        with page.expect_download() as download:
            page.get_by_role("link", name="Proof file").click()
        target = folder / download.value.suggested_filename
        download.value.save_as(target)
        return target

    def verify(self, bundle: Path) -> Page:
        """Somebody without an account verifies the file."""
        page = stranger(self._browser, self._company)
        page.goto(self._company.address + "/verify")
        page.locator("#bundles").set_input_files(bundle)
        page.wait_for_selector(".verdict")
        return page
