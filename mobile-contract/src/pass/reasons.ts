// Why is a code refused? The codes that this package answers; the API knows more of them.

export const PASS_REASONS = [
  "not_a_pass",
  "malformed_code",
  "unknown_issuer_key",
  "bad_certificate_signature",
  "certificate_not_yet_valid",
  "certificate_expired",
  "bad_presentation_signature",
  "code_too_old",
  "code_from_future",
  "challenge_missing",
  "challenge_mismatch",
  "mode_not_covered",
  "area_not_covered",
] as const;

export type PassReason = (typeof PASS_REASONS)[number];

/** An expected "no": a value, because a validator must act on it. `rule` names what decided. */
export interface Refused<Reason extends string = PassReason> {
  readonly result: "refused";
  readonly reason: Reason;
  readonly rule: string;
}

export function refuse<Reason extends string>(reason: Reason, rule: string): Refused<Reason> {
  return { result: "refused", reason, rule };
}
