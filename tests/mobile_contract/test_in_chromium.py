"""The contract package in a real browser: the same vectors, and keys that outlive the page."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[2] / "mobile-contract"
CODES = json.loads((FOLDER / "vectors" / "codes.json").read_text())

pytestmark = pytest.mark.browser

VERIFY_ALL = """
async ({ issuer_keys, cases }) => {
  const teiki = await import("/dist/src/pass/index.js");
  const issuerKeys = await teiki.importIssuerKeys(issuer_keys);
  const answers = {};
  for (const each of cases) {
    const ride = each.challenge;
    const challenge = ride && {
      operatorId: ride.operator_id, rideId: ride.ride_id, amountMinor: ride.amount_minor,
    };
    const options = { issuerKeys, now: new Date(each.now), challenge };
    let answer = await teiki.verifyPass(each.code, options);
    if (answer.result === "verified" && each.ride) {
      answer = teiki.refuseUncovered(answer.claims, each.ride.mode, each.ride.areas) ?? answer;
    }
    answers[each.name] = answer.result === "refused"
      ? { reason: answer.reason, rule: answer.rule }
      : { counter: answer.counter, certificate_hash: answer.certificateHash };
  }
  return answers;
}
"""

# A certificate that names the wallet's key; nobody signed it, which a phone does not check.
KEEP_A_PASS = """
async (certificateHex) => {
  const teiki = await import("/dist/src/pass/index.js");
  const key = await teiki.createDeviceKey();
  const certificate = teiki.fromHex(certificateHex);
  const at = certificateHex.indexOf("085821") / 2 + 3;
  certificate.set(key.publicKey, at);
  await new teiki.Wallet(await teiki.openIndexedDbStore()).add(certificate, key);
}
"""

SHOW = """
async (now) => {
  const teiki = await import("/dist/src/pass/index.js");
  const wallets = await Promise.all([1, 2].map(async () =>
    new teiki.Wallet(await teiki.openIndexedDbStore())));
  const shown = await Promise.all(wallets.map((wallet) => wallet.present(new Date(now))));
  return shown.map(({ text }) => teiki.decodeCode(text).shown.presentation.counter).sort();
}
"""

READ_PRIVATE_KEY = """
async () => {
  const teiki = await import("/dist/src/pass/index.js");
  const [held] = await (await teiki.openIndexedDbStore()).list();
  try {
    await crypto.subtle.exportKey("jwk", held.privateKey);
    return "exported";
  } catch (error) {
    return error.name;
  }
}
"""

FORGET = """
async (now) => {
  const teiki = await import("/dist/src/pass/index.js");
  const wallet = new teiki.Wallet(await teiki.openIndexedDbStore());
  await wallet.clear();
  return wallet.present(new Date(now));
}
"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}/README.md"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    subprocess.run(["npm", "run", "--silent", "build"], cwd=FOLDER, check=True)
    with served(FOLDER) as url:
        yield url


@pytest.fixture
def page(chromium: str, address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page()
        page.goto(address)
        yield page
        browser.close()


def test_every_code_gets_the_answer_of_the_vectors(page: Page) -> None:
    answers = page.evaluate(VERIFY_ALL, CODES)
    assert answers == {case["name"]: expected(case) for case in CODES["cases"]}


def expected(case: dict[str, dict[str, object]]) -> dict[str, object]:
    if "refused" in case:
        return case["refused"]
    return {name: case["verified"][name] for name in ("counter", "certificate_hash")}


def test_a_pass_outlives_the_page_and_its_counter_never_repeats(page: Page) -> None:
    fresh = next(case for case in CODES["cases"] if case["name"] == "phone pass, this second")
    presentations = json.loads((FOLDER / "vectors" / "presentations.json").read_text())
    page.evaluate(KEEP_A_PASS, presentations["certificate"])
    # Two wallets at the same moment, as in two windows.
    assert page.evaluate(SHOW, fresh["now"]) == [1, 2]
    page.reload()
    assert page.evaluate(SHOW, fresh["now"]) == [3, 4]
    assert page.evaluate(READ_PRIVATE_KEY) == "InvalidAccessError"
    assert page.evaluate(FORGET, fresh["now"]) is None
