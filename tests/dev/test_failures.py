import pytest

from devtools.failures import advice, describe


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("failed to write: No space left on device (os error 28)", "The disk is full"),
        ("npm error code ENOSPC", "The disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE", "not the one that was locked"),
        ("error: Hash mismatch for `six==1.17.0`", "not the one that was locked"),
        ("npm error code EINTEGRITY", "not the one that was locked"),
        ("SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED", "CA bundle"),
        ("invalid peer certificate: UnknownIssuer", "CA bundle"),
        ("npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "CA bundle"),
        ("socket.gaierror: Temporary failure in name resolution", "could not be reached"),
        ("dns error: failed to lookup address information", "could not be reached"),
        ("npm error code EAI_AGAIN", "could not be reached"),
        ("has no wheels with a matching platform tag", "no ready-made build"),
        ("PermissionError: [Errno 13] Permission denied: '.venv/bin'", "could not be written"),
    ],
)
def test_advice_says_what_to_do(output: str, expected: str) -> None:
    assert expected in (advice(output) or "")


def test_a_full_disk_is_named_before_the_download_that_it_broke() -> None:
    output = "Failed to download `numpy`\nCaused by: No space left on device (os error 28)"
    assert "The disk is full" in (advice(output) or "")


def test_no_advice_where_the_cause_is_unknown() -> None:
    assert advice("Segmentation fault") is None
    assert advice("ModuleNotFoundError: No module named 'editables'") is None


def test_describe_shows_the_last_lines_and_where_the_rest_is() -> None:
    output = "\n".join(f"line {number}" for number in range(20))
    message = describe("Building the pages", output, ".venv/.log/pages.txt")
    assert message.startswith("Failed: Building the pages.")
    assert "line 19" in message
    assert "line 11\n" not in message
    assert message.endswith("(full output: .venv/.log/pages.txt)")
