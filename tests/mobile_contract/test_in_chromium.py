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
from playwright.sync_api import Error, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[2] / "mobile-contract"
CODES = json.loads((FOLDER / "vectors" / "codes.json").read_text())
OFFLINE = json.loads((FOLDER / "vectors" / "offline-records.json").read_text())

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


DECIDE_ALL = """
async ({ decisions }) => {
  const teiki = await import("/dist/src/offline/index.js");
  const instant = (seconds) => seconds === null ? null : new Date(seconds * 1000);
  const answers = {};
  for (const { name, now, certificate, counter, wanted, known, past } of decisions) {
    const [rides, amountMinor] = certificate.offline_caps;
    const claims = {
      modes: certificate.modes, areas: new Set(certificate.areas),
      offlineCaps: { rides, amountMinor },
    };
    const answer = teiki.decideOffline(
      { claims, counter },
      { ...wanted, amountMinor: wanted.amount_minor },
      {
        revoked: known.revoked, listIssuedAt: instant(known.list_issued_at),
        clockAgeSeconds: known.clock_age,
      },
      past.map((ride) => ({ ...ride, at: instant(ride.at) })),
      instant(now),
    );
    answers[name] = answer.result === "refused"
      ? { refused: { reason: answer.reason, rule: answer.rule } }
      : { opened: { why: answer.why, flags: answer.flags } };
  }
  return answers;
}
"""

READ_ALL = """
async ({ records, bad_records, validator_public_key }) => {
  const teiki = await import("/dist/src/offline/index.js");
  const { fromHex, toHex } = await import("/dist/src/pass/index.js");
  const key = fromHex(validator_public_key);
  const answers = {};
  for (const { name, body, signature, signature_high_s } of [...records, ...bad_records]) {
    const bytes = fromHex(body);
    const isSigned = (hex) => teiki.isSignedBy({ body: bytes, signature: fromHex(hex) }, key);
    const said = [await isSigned(signature)];
    if (signature_high_s) said.push(await isSigned(signature_high_s));
    try {
      said.push(toHex(teiki.writeRecord(teiki.readRecord(bytes))));
    } catch (error) {
      said.push(error.name);
    }
    answers[name] = said;
  }
  return answers;
}
"""

# A reader with the key that it keeps, as an application would; `READ` decides on a code.
READER = """
async ({ code, now, issuer_keys }) => {
  const offline = await import("/dist/src/offline/index.js");
  const pass = await import("/dist/src/pass/index.js");
  const { within, done, openDatabase } = await import("/dist/src/pass/idb.js");
  const keys = await openDatabase("keys", 1, (database) => database.createObjectStore("keys"));
  const made = await pass.createDeviceKey();
  const key = await within(keys, ["keys"], "readwrite", async (transaction) => {
    const rows = transaction.objectStore("keys");
    const kept = await done(rows.get("key"));
    if (!kept) rows.put(made, "key");
    return kept ?? made;
  });
  const store = await offline.openIndexedDbReaderStore();
  const validatorId = "0197a5c2-8e40-7f00-8a11-5b7c3d2e1f00";
  const reader = new offline.OfflineReader({ validatorId, privateKey: key.privateKey }, store);
  const issuerKeys = await pass.importIssuerKeys(issuer_keys);
  const held = { issuerKeys, list: null, clockAgeSeconds: null };
  const at = new Date(now);
  const wanted = { action: "tap_on", mode: "bus", areas: [], amountMinor: null };
  const scan = { code, wanted };
  window.reader = {
    async read() {
      const shown = await reader.check(scan, held, at);
      if (shown.result === "refused") return shown.reason;
      const answer = await reader.decide(scan, shown, held, at, null);
      return answer.why ?? answer.reason;
    },
    // Whoever leaves is let out with a code of any counter: as many records as one likes.
    async leave(count) {
      const shown = await reader.check(scan, held, at);
      const leaving = { ...scan, wanted: { ...wanted, action: "tap_off" } };
      const one = (counter) => reader
        .decide(leaving, { ...shown, counter }, held, at, null)
        .then(() => window.letOut(counter));
      await Promise.all(Array.from({ length: count }, (_, counter) => one(1000 + counter)));
    },
    async kept() {
      const records = await store.list("waiting", 10000);
      const signed = records.map((record) => offline.isSignedBy(record, key.publicKey));
      const { lastSequence, past } = await store.read(validatorId, (
        await pass.verifyPass(code, { issuerKeys, now: at })).certificateHash);
      return {
        sequences: records.map(({ sequence }) => sequence),
        read: records.map(({ body }) => offline.readRecord(body).sequence),
        signed: (await Promise.all(signed)).every(Boolean),
        lastSequence,
        past: past.map(({ counter }) => counter),
      };
    },
    async exported() {
      return crypto.subtle.exportKey("jwk", key.privateKey).then(() => "yes", (e) => e.name);
    },
  };
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
        page = browser.new_context().new_page()
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


def test_every_decision_without_network_is_that_of_the_vectors(page: Page) -> None:
    answers = page.evaluate(DECIDE_ALL, OFFLINE)
    expected = {
        case["name"]: {key: case[key] for key in ("opened", "refused") if key in case}
        for case in OFFLINE["decisions"]
    }
    assert answers == expected


def test_every_record_is_read_or_refused_as_the_vectors_say(page: Page) -> None:
    answers = page.evaluate(READ_ALL, OFFLINE)
    expected = {case["name"]: [True, False, case["body"]] for case in OFFLINE["records"]}
    expected |= {case["name"]: [True, "MalformedError"] for case in OFFLINE["bad_records"]}
    assert answers == expected


def a_code() -> dict[str, object]:
    (case,) = (each for each in CODES["cases"] if each["name"] == "phone pass, this second")
    return {"code": case["code"], "now": case["now"], "issuer_keys": CODES["issuer_keys"]}


def test_two_windows_of_a_reader_let_a_code_in_once(page: Page, address: str) -> None:
    other = page.context.new_page()
    other.goto(address)
    for window in (page, other):
        window.evaluate(READER, a_code())
    # Begun in both before either has ended.
    for window in (page, other):
        window.evaluate("window.said = window.reader.read(), 0")
    said = [window.evaluate("window.said") for window in (page, other)]
    assert sorted(said) == ["code_already_used", "within_cap"]
    page.reload()
    page.evaluate(READER, a_code())
    assert page.evaluate("window.reader.read()") == "code_already_used"
    kept = page.evaluate("window.reader.kept()")
    # The refusal has a record too where it came after both windows had looked.
    assert kept["sequences"] in ([1], [1, 2])
    assert (kept["lastSequence"], kept["signed"]) == (len(kept["sequences"]), True)
    assert page.evaluate("window.reader.exported()") == "InvalidAccessError"


def test_whatever_a_crash_interrupts_no_record_is_lost_and_no_number_given_twice(
    chromium: str, address: str, tmp_path: Path
) -> None:
    let_out: list[int] = []

    def note(counter: int) -> None:
        let_out.append(counter)

    with sync_playwright() as playwright:

        def opened() -> Page:
            context = playwright.chromium.launch_persistent_context(
                tmp_path, executable_path=chromium
            )
            context.expose_function("letOut", note)
            page = context.new_page()
            page.goto(address)
            page.evaluate(READER, a_code())
            return page

        page = opened()
        page.evaluate("window.reader.leave(200).catch(() => {}), 0")
        while not let_out:  # every turn asks the browser, which tells whom it has let out
            page.evaluate("0")
        devtools = page.context.new_cdp_session(page)
        with pytest.raises(Error):
            devtools.send("Browser.crash")
        before = list(let_out)
        page = opened()
        kept = page.evaluate("window.reader.kept()")
        assert 0 < len(before) < 200, "the crash came too early or too late to prove anything"
        assert kept["sequences"] == kept["read"] == list(range(1, kept["lastSequence"] + 1))
        assert kept["signed"]
        assert len(kept["past"]) == kept["lastSequence"]
        assert set(before) <= set(kept["past"])
        page.evaluate("window.reader.leave(1)")
        again = page.evaluate("window.reader.kept()")
        assert again["lastSequence"] == kept["lastSequence"] + 1
        page.context.close()
