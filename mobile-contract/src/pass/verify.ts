// Is this code genuine and fresh? Steps 1 to 6 of what a validator does, in their order. What
// needs a memory or a network (replay, pass-back, revocation, allowances) is decided elsewhere.
import { type Bytes, sha256, toHex } from "./bytes.js";
import type { CertificateCache, VerifiedCertificate } from "./cache.js";
import { type Certificate, type PassClaims, readCertificate } from "./certificate.js";
import { decodeCode, malformed, type ShownPresentation } from "./code.js";
import type { IssuerKeys } from "./issuer-keys.js";
import { decompressPoint, hasLowS } from "./p256.js";
import { type Challenge, ES256, messageOf } from "./presentation.js";
import { type Refused, refuse } from "./reasons.js";

const MAX_AGE_SECONDS = 50;
const MAX_AHEAD_SECONDS = 30;
const MODE_BITS = { bus: 1, rail: 2, taxi: 4, rideshare: 8, on_demand: 16 } as const;

export type Mode = keyof typeof MODE_BITS;

/** What a genuine code says; a paper pass has no time, counter or challenge. */
export interface VerifiedPass {
  readonly result: "verified";
  readonly claims: PassClaims;
  readonly certificateHash: string;
  readonly kid: string;
  readonly unixSeconds: number | null;
  readonly counter: number | null;
  readonly challenge: Challenge | null;
}

export interface VerifyOptions {
  readonly issuerKeys: IssuerKeys;
  readonly now: Date;
  readonly cache?: CertificateCache;
  /**
   * The metered ride that the rider must have signed. Without one, a code signed for a metered
   * ride is refused, because it was not meant for this reader.
   */
  readonly challenge?: Challenge | null;
  /** The code is the one that the card list has for a card; shown as a code it would be a copy. */
  readonly ofCard?: boolean;
}

/** Checks a QR text against the issuer keys and the time. */
export async function verifyPass(
  text: string,
  options: VerifyOptions,
): Promise<VerifiedPass | Refused> {
  const code = decodeCode(text);
  if (code.result === "refused") return code;
  const { certificate: data, shown } = code;
  const hash = await sha256(data);
  const certificate = await verifiedCertificate(data, toHex(hash), options);
  if ("result" in certificate) return certificate;
  const refused =
    refuseMedium(shown, certificate, options.ofCard ?? false) ??
    refuseOutsideWindow(certificate.claims, options.now) ??
    (await refusePresentation(shown, certificate, hash)) ??
    refuseStale(shown, options.now) ??
    refuseChallenge(shown, options.challenge ?? null);
  if (refused) return refused;
  return {
    result: "verified",
    claims: certificate.claims,
    certificateHash: toHex(hash),
    kid: toHex(certificate.kid),
    unixSeconds: shown?.presentation.unixSeconds ?? null,
    counter: shown?.presentation.counter ?? null,
    challenge: shown?.presentation.challenge ?? null,
  };
}

/** Step 6, for a reader without network: does the certificate cover this mode and areas? */
export function refuseUncovered(
  claims: Pick<PassClaims, "modes" | "areas">,
  mode: Mode,
  areas: Iterable<number>,
): Refused | null {
  if (!(claims.modes & MODE_BITS[mode])) return refuse("mode_not_covered", "certificate.modes");
  for (const area of areas) {
    if (!claims.areas.has(area)) return refuse("area_not_covered", "certificate.areas");
  }
  return null;
}

async function verifiedCertificate(
  data: Bytes,
  hash: string,
  { issuerKeys, cache }: VerifyOptions,
): Promise<VerifiedCertificate | Refused> {
  const known = cache?.find(hash);
  // A key dropped or replaced since then takes the certificates it signed with it.
  if (known && issuerKeys.get(toHex(known.kid)) === known.issuerKey) return known;
  const verified = await verifyCertificate(data, issuerKeys);
  if (!("result" in verified)) cache?.keep(hash, verified);
  return verified;
}

async function verifyCertificate(
  data: Bytes,
  issuerKeys: IssuerKeys,
): Promise<VerifiedCertificate | Refused> {
  let certificate: Certificate;
  try {
    certificate = readCertificate(data);
  } catch (error) {
    return malformed(error);
  }
  const { claims, kid, signature, toBeSigned } = certificate;
  const issuerKey = issuerKeys.get(toHex(kid));
  if (!issuerKey) return refuse("unknown_issuer_key", "certificate.kid");
  if (!(await crypto.subtle.verify("Ed25519", issuerKey, signature, toBeSigned))) {
    return refuse("bad_certificate_signature", "certificate.signature");
  }
  if (!claims.deviceKey) return { claims, kid, issuerKey, deviceKey: null };
  const deviceKey = await importDeviceKey(claims.deviceKey);
  if (!deviceKey) return refuse("malformed_code", "certificate.device_key");
  return { claims, kid, issuerKey, deviceKey };
}

async function importDeviceKey(compressed: Bytes): Promise<CryptoKey | null> {
  let point: Bytes;
  try {
    point = decompressPoint(compressed);
  } catch {
    return null;
  }
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return crypto.subtle.importKey("raw", point, algorithm, false, ["verify"]);
}

/** A certificate without its presentation is a pass on paper only, or is that of a card. */
function refuseMedium(
  shown: ShownPresentation | null,
  certificate: VerifiedCertificate,
  ofCard: boolean,
): Refused | null {
  const agrees =
    (shown === null) === (certificate.deviceKey === null) &&
    (certificate.claims.medium !== "card" || ofCard);
  return agrees ? null : refuse("malformed_code", "code.medium");
}

function refuseOutsideWindow({ validFrom, validUntil }: PassClaims, now: Date): Refused | null {
  if (now < validFrom) return refuse("certificate_not_yet_valid", "certificate.window");
  if (now >= validUntil) return refuse("certificate_expired", "certificate.window");
  return null;
}

async function refusePresentation(
  shown: ShownPresentation | null,
  { deviceKey }: VerifiedCertificate,
  hash: Bytes,
): Promise<Refused | null> {
  if (!shown || !deviceKey) return null;
  const { body, signature } = shown;
  if (!hasLowS(signature)) return refuse("bad_presentation_signature", "presentation.low_s");
  const isSigned = await crypto.subtle.verify(ES256, deviceKey, signature, messageOf(body, hash));
  return isSigned ? null : refuse("bad_presentation_signature", "presentation.signature");
}

function refuseStale(shown: ShownPresentation | null, now: Date): Refused | null {
  if (!shown) return null;
  const ageSeconds = now.getTime() / 1000 - shown.presentation.unixSeconds;
  if (ageSeconds > MAX_AGE_SECONDS) return refuse("code_too_old", "presentation.age");
  if (ageSeconds < -MAX_AHEAD_SECONDS) return refuse("code_from_future", "presentation.age");
  return null;
}

function refuseChallenge(
  shown: ShownPresentation | null,
  expected: Challenge | null,
): Refused | null {
  const signed = shown?.presentation.challenge ?? null;
  if (isSameRide(signed, expected)) return null;
  const reason = signed ? "challenge_mismatch" : "challenge_missing";
  return refuse(reason, "presentation.challenge");
}

function isSameRide(first: Challenge | null, second: Challenge | null): boolean {
  return (
    first?.operatorId === second?.operatorId &&
    first?.rideId === second?.rideId &&
    first?.amountMinor === second?.amountMinor
  );
}
