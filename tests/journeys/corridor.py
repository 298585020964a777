"""One bid from a public page to a downloaded export, each step as its person does it in a browser."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Browser, FilePayload

from grants.core.clock import in_london, long_date, now
from tests.journeys.prepare import open_fund
from tests.journeys.visitor import Visitor, link_in
from tests.papers import a_pdf
from tests.processes.running import wait_until
from tests.smtp_sink import Sink

FUND = open_fund()
ROUND = f"{FUND.slug}-{FUND.round_key}"
THEMES = [theme.name for theme in FUND.rubric.themes]
STRANDS = [strand.question for strand in FUND.rubric.strands]
ADDRESSED = 2
"""How many themes the bid addresses."""
FORMATS = 3
KITCHEN = "Saints Street Kitchen"
BEN = "ben@example.org"

REVIEWERS = {"rosa": "Citizen", "vera": "Voluntary and community sector (VCS)", "carl": "Council"}


@dataclass
class Town:
    """The service under test and a browser to visit it with. Without `scripts` JavaScript is off."""

    browser: Browser
    url: str
    sink: Sink
    scripts: bool = True

    def visitor(self, name: str, *, width: int = 1280) -> Visitor:
        """A person with a window of their own who has not been here before."""
        context = self.browser.new_context(
            java_script_enabled=self.scripts, viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(10_000)
        return Visitor(context.new_page(), self.url, self.sink, f"{name}@example.org")

    def staff(self, name: str, path: str) -> Visitor:
        """A member of staff signed in with their second step, set up on the way to `path`."""
        person = self.visitor(name)
        person.sign_in()
        person.set_up_second_step(path)
        return person


def apply(town: Town) -> tuple[Visitor, str]:
    """Read about the round, sign in, add the organisation, write the bid. Gives applicant and reference."""
    amina = town.visitor("amina", width=375)
    amina.go(f"/rounds/{ROUND}/")
    amina.follow("Read every question on one page")
    amina.sees("What will you do?")
    amina.sign_in()
    ref = begin(amina)
    write_sections(amina)
    write_themes(amina)
    write_money(amina)
    return amina, ref


def begin(amina: Visitor, organisation: str = KITCHEN, *, round_ref: str = ROUND) -> str:
    """Add the organisation, say who one is, pass the first questions. Gives the bid's reference."""
    add_organisation(amina, organisation, round_ref=round_ref)
    answer_eligibility(amina, organisation)
    amina.sees("parts are done")
    return amina.page.url.rstrip("/").rsplit("/", 1)[1]


def add_organisation(amina: Visitor, organisation: str, *, round_ref: str) -> None:
    """On the way to a bid: name the organisation, then oneself."""
    amina.go(f"/applications/start/{round_ref}/")
    amina.follow("Add your organisation")
    amina.type("Name of your organisation", organisation)
    amina.choose("Constituted community group without a number")
    amina.type("Postcode", "LU3 1AA")
    amina.press("Continue")
    amina.arrives("What is your name?")
    amina.type("What is your name?", "Amina Cook")
    amina.press("Continue")


def answer_eligibility(amina: Visitor, organisation: str, *, wrong: Collection[str] = ()) -> None:
    """Answer the first questions so that they pass, but for those whose keys are `wrong`."""
    amina.choose(organisation)
    for question in FUND.eligibility:
        yes = question.pass_answer is (question.key not in wrong)
        amina.choose("Yes" if yes else "No", within=question.text)
    amina.press("Continue")


def write_sections(amina: Visitor) -> None:
    """The fund's own pages."""
    amina.follow(FUND.sections[0].title)
    amina.type("What is the project called?", "Supper and a say")
    amina.type("What will you do?", "Cook together every Friday and write down what people tell us.")
    amina.type("Who will benefit?", "Neighbours who eat alone.")
    amina.type("About how many people will benefit?", "120")
    write_date(amina, "starts_on", FUND.calendar.spend_from)
    write_date(amina, "ends_on", FUND.calendar.spend_by)
    amina.press("Save and continue")
    write_where(amina)
    write_plan(amina)
    amina.type("How will the partners work together?", "We meet on Mondays.")
    (together,) = (section for section in FUND.sections if section.key == "together")
    for question in together.questions:
        if question.kind == "yes_no":
            amina.choose("Yes", within=question.text)
    amina.press("Save and continue")
    amina.type("What is the least amount with which the project would still work?", "12,000")
    amina.type("What would you leave out if you received only that amount?", "The summer outings.")
    amina.press("Save and continue")


def write_where(amina: Visitor) -> None:
    """Two wards one by one, an area by its button, one ward of it unticked again; one of the fund's aims."""
    amina.choose("Biscot")
    amina.choose("Saints")
    area = FUND.areas[1]
    names = {place.code: place.name for place in FUND.places}
    amina.press(f"Tick {area.name} ({len(area.places)})")
    for code in area.places:
        assert amina.page.get_by_label(names[code], exact=True).is_checked(), names[code]
    assert amina.page.get_by_label("Biscot", exact=True).is_checked()
    amina.page.get_by_label(names[area.places[0]], exact=True).uncheck()
    amina.choose(FUND.priorities[0])
    amina.press("Save and continue")


def write_plan(amina: Visitor) -> None:
    """Two milestones and a risk."""
    amina.type("What will be done?", "The first supper is cooked.")
    write_date(amina, "milestones-0-by", FUND.calendar.spend_from)
    amina.press("Add another milestone")
    amina.type("What will be done?", "The last supper is cooked.", nth=1)
    write_date(amina, "milestones-1-by", FUND.calendar.spend_by)
    amina.type("What could go wrong?", "Nobody comes.")
    amina.choose("Not likely")
    amina.type("What will you do about it?", "We ask people why.")
    amina.press("Save and continue")


def write_date(amina: Visitor, key: str, day: date) -> None:
    """A date in its three boxes."""
    for part in ("day", "month", "year"):
        amina.page.locator(f"#q-{key}-{part}").fill(str(getattr(day, part)))


def write_themes(amina: Visitor, *, first: int = 0) -> None:
    """Some themes addressed, the others not; from the page of theme number `first` on."""
    for n, theme in list(enumerate(THEMES))[first:]:
        amina.page.get_by_role("heading", name=theme, level=1, exact=True).wait_for()
        if n < ADDRESSED:
            answer_strands(amina, theme)
            amina.press("Save and continue")
        else:
            amina.press("No, we do not address this theme")


def answer_strands(amina: Visitor, theme: str) -> None:
    """What the bid says about a theme, not saved yet."""
    for strand in STRANDS:
        amina.type(strand, f"What we do about it: {theme}.")


def write_money(amina: Visitor) -> None:
    """Two budget lines, one of them with money from elsewhere; one partner, shares that add up."""
    write_budget(amina)
    add_partner(amina, "Biscot Growers", role="Grow the vegetables", contact="Ben Grower", email=BEN)
    amina.page.locator("#lead_share").fill("12,000")
    amina.page.locator("input[name^='share-']").fill("8,000.50")
    amina.press("Save and continue")
    amina.page.wait_for_url("**/confirmations/")


def write_budget(amina: Visitor) -> None:
    """Two lines that ask for £20,000.50 together."""
    for n, (item, amount) in enumerate((("Cook, one day a week", "15,000"), ("Food", "5,000.50"))):
        if n:
            amina.press("Add another budget line")
        amina.type("What is the money for?", item, nth=n)
        amina.page.get_by_label("Category", exact=True).nth(n).select_option(index=n + 1)
        amina.page.get_by_label("Financial year", exact=True).nth(n).select_option(index=n + 1)
        amina.type("Amount you ask for", amount, nth=n)
    amina.type("Money for it from elsewhere", "£1,200", nth=1)
    amina.page.get_by_label("Is the money from elsewhere secured?").nth(1).select_option("no")
    amina.press("Save and continue")


def add_partner(amina: Visitor, name: str, *, role: str, contact: str, email: str) -> None:
    """From the page of the partners and back to it: one more, without its share."""
    amina.page.get_by_role("button", name=re.compile("^Add (a|another) partner$")).click()
    amina.type("What is the organisation called?", name)
    amina.press("Continue")
    amina.page.get_by_label("What kind of organisation is it?").select_option(index=3)
    amina.type("What will it do in the project?", role)
    amina.type("Who can confirm for it?", contact)
    amina.type("Their email address", email)
    amina.press("Save and continue")


def a_file(name: str, content: bytes) -> FilePayload:
    """A file as somebody would choose it from their computer."""
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def send_documents(amina: Visitor, ref: str) -> None:
    """Every document that is required, each with its date; the first one is no PDF whatever its name says."""
    amina.go(f"/applications/{ref}/documents/governing_document/")
    amina.page.get_by_label("Choose the files").set_input_files(a_file("rules.pdf", b"MZ nonsense"))
    amina.press("Save")
    amina.sees("is not a file of a kind we can take")
    amina.page.get_by_label("Choose the files").set_input_files(a_file("Our rules, signed.pdf", a_pdf()))
    amina.press("Save")
    amina.sees("Our rules, signed.pdf (1 KB")
    for key, label in (
        ("accounts", "Choose the files"),
        ("safeguarding", "Choose the file"),
        ("bank_statement", "Choose the file"),
    ):
        amina.go(f"/applications/{ref}/documents/{key}/")
        amina.page.get_by_label(label).set_input_files(a_file(f"{key}.pdf", a_pdf()))
        written = in_london(now()).date() - timedelta(days=7)
        for part in ("day", "month", "year"):
            amina.type(part.capitalize(), str(getattr(written, part)))
        amina.press("Save")
        amina.sees(f"{key}.pdf (1 KB, dated {long_date(written)}")


def confirm(town: Town, amina: Visitor, ref: str) -> None:
    """The partner is asked, and confirms by its own link without an account."""
    amina.go(f"/applications/{ref}/confirmations/")
    amina.press("Ask 1 partner")
    ben = town.visitor("ben", width=375)
    ben.page.goto(link_in(ben.mail("confirm your part in a bid"), town.url))
    ben.sees("£8,000.50")
    ben.choose("Yes, we take part as shown above")
    ben.type("Your name", "Ben Grower")
    ben.press("Send your answer")
    ben.sees("Ben Grower confirmed for Biscot Growers")


def send(amina: Visitor, ref: str) -> None:
    """Everything is checked, declared and sent; a receipt arrives."""
    amina.go(f"/applications/{ref}/check/")
    amina.press("Send the bid")
    amina.sees("Tick the box to make the declaration")
    amina.page.get_by_role("checkbox").check()
    amina.press("Send the bid")
    amina.arrives("We have received your bid")
    amina.sees(ref)
    assert "Supper and a say" in amina.mail(ref)


def screen(manager: Visitor, ref: str) -> None:
    """The manager reads the bid and sends it to review."""
    manager.go(f"/applications/screening/{ROUND}/")
    manager.follow("Supper and a say")
    manager.press("Send to review")


def assign(manager: Visitor) -> None:
    """The manager adds three reviewers, has a worker propose who reads what, and applies that."""
    for name, kind in REVIEWERS.items():
        manager.go(f"/reviewing/reviewers/{ROUND}/")
        manager.type("Email address", f"{name}@example.org")
        manager.choose(kind)
        manager.press("Add the reviewer")
    manager.go(f"/reviewing/assignments/{ROUND}/")
    manager.press("Share the bids out")

    def proposed() -> bool:
        manager.go(f"/reviewing/assignments/{ROUND}/")
        return "A proposal waits" in manager.page.locator("main").inner_text()

    wait_until(proposed, "the worker to propose who reads what")
    manager.follow("See the proposal")
    manager.type("Reason", "Everybody reads everything.")
    manager.press("Apply the proposal")
    manager.sees("3 reviews assigned")


def review(town: Town, name: str, ref: str, level: int) -> None:
    """A reviewer follows the e-mail, declares, scores every cell, locks."""
    reviewer = town.visitor(name, width=768)
    reviewer.mail("to review")
    reviewer.sign_in()
    reviewer.set_up_second_step("/scoring/")
    reviewer.go("/scoring/")
    reviewer.follow("Declare")
    assert "Supper and a say" not in reviewer.page.locator("main").inner_text()
    reviewer.choose("No")
    reviewer.press("Continue")
    reviewer.go(f"/scoring/{ref}/themes/{FUND.rubric.theme_keys[0]}/")
    for n, theme in enumerate(THEMES):
        reviewer.arrives(theme)
        reviewer.page.locator("textarea").fill(f"{theme}: because of what they wrote.")
        if n < ADDRESSED:
            for strand in FUND.rubric.strand_keys:
                reviewer.page.locator(f"input[type=radio][value='{level}'][name$='{strand}']").check()
            reviewer.press("Save and go on")
        else:
            reviewer.press("The bid does not address this theme: 0 in every part")
    reviewer.go(f"/scoring/{ref}/check/")
    reviewer.press("Lock your score sheet")
    reviewer.sees("Locked since")


def decide(chair: Visitor, ref: str) -> None:
    """The chair sees the ranking and funds the bid."""
    chair.go(f"/scoring/ranking/{ROUND}/")
    chair.sees("32.00")
    chair.go(f"/panels/bids/{ref}/")
    chair.choose("Fund")
    chair.type("Amount awarded", "20,000.50")
    chair.type("Reason", "It hears people who are seldom heard.")
    chair.press("Record the decision")
    chair.sees("Fund")


def release(manager: Visitor, chair: Visitor) -> None:
    """The manager puts the decision forward and the chair releases it."""
    manager.go(f"/panels/{ROUND}/releases/")
    manager.press("Put forward for release")
    chair.go(f"/panels/{ROUND}/releases/")
    chair.press("Release all decisions now")
    chair.sees("1 decision")


def export(town: Town) -> dict[str, bytes]:
    """The finance officer has the allocations built by a worker and downloads them. Gives files by ending."""
    officer = town.staff("officer", f"/exports/{ROUND}/")
    for i in range(FORMATS):
        officer.go(f"/exports/{ROUND}/")
        officer.page.locator("main form button").nth(i).click()
    links = officer.page.locator("a[href*='/exports/files/']")

    def all_ready() -> bool:
        officer.go(f"/exports/{ROUND}/")
        return links.count() == FORMATS

    wait_until(all_ready, "the worker to build the exports")
    files = {}
    for i in range(FORMATS):
        with officer.page.expect_download() as download:
            links.nth(i).click()
        name = download.value.suggested_filename
        files[name.rpartition(".")[2]] = download.value.path().read_bytes()
    return files


def accept(amina: Visitor, ref: str) -> None:
    """The applicant reads the letter, signs the agreement and takes the offer up."""
    letter = amina.mail("the panel’s decision")
    assert "£20,000.50" in letter
    assert "It hears people who are seldom heard." in letter
    boxes = amina.page.get_by_role("checkbox")

    def agreement_made() -> bool:
        amina.go(f"/awards/bids/{ref}/offer/")
        return boxes.count() > 0

    wait_until(agreement_made, "the worker to make the agreement")
    for box in boxes.all():
        box.check()
    amina.type("Your full name", "Amina Signatory")
    amina.press("Accept the offer")
    amina.sees("Offer accepted")
