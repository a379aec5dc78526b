"""The pass TK1: what the issuer signs, what the device shows, and whether a code is genuine."""

from fares.passes.areas import area_bitmap, areas_of
from fares.passes.cache import CertificateCache, VerifiedCertificate
from fares.passes.canonical import MalformedError
from fares.passes.certificate import (
    Certificate,
    IssuerKey,
    Medium,
    PassClaims,
    issue_certificate,
    read_certificate,
)
from fares.passes.code import Code, decode_code, paper_code, present
from fares.passes.cose import key_id
from fares.passes.es256 import compressed_point
from fares.passes.presentation import Challenge
from fares.passes.verify import VerifiedPass, refuse_uncovered, verify_code

__all__ = [
    "Certificate",
    "CertificateCache",
    "Challenge",
    "Code",
    "IssuerKey",
    "MalformedError",
    "Medium",
    "PassClaims",
    "VerifiedCertificate",
    "VerifiedPass",
    "area_bitmap",
    "areas_of",
    "compressed_point",
    "decode_code",
    "issue_certificate",
    "key_id",
    "paper_code",
    "present",
    "read_certificate",
    "refuse_uncovered",
    "verify_code",
]
