// The vectors, the same files that the Python tests read.
import { readFileSync } from "node:fs";

const FOLDER = new URL("../../vectors/", import.meta.url);

export interface ChallengeVector {
  operator_id: string;
  ride_id: string;
  amount_minor: number;
}

export interface CodeCase {
  name: string;
  now: string;
  challenge: ChallengeVector | null;
  ride: { mode: "bus" | "rail" | "taxi" | "rideshare" | "on_demand"; areas: number[] } | null;
  code: string;
  verified?: Record<string, unknown>;
  refused?: { reason: string; rule: string };
}

export interface PresentationCase {
  unix_seconds: number;
  counter: number;
  challenge: ChallengeVector | null;
  body: string;
  signature: string;
  signature_high_s: string;
  code: string;
}

export const base45: {
  good: { hex: string; text: string }[];
  bad: { text: string; why: string }[];
} = load("base45.json");

export const codes: { issuer_keys: Record<string, string>; cases: CodeCase[] } = load("codes.json");

export const presentations: {
  certificate: string;
  device_public_key: string;
  device_public_key_uncompressed: string;
  cases: PresentationCase[];
} = load("presentations.json");

export interface StatusListCase {
  name: string;
  held_number: number;
  document: string;
  list?: Record<string, unknown>;
  untrusted?: string;
  malformed?: string;
}

export const statusLists: { issuer_keys: Record<string, string>; cases: StatusListCase[] } =
  load("status-lists.json");

export const enrolment: {
  phone_public_key_uncompressed: string;
  device_public_keys: string[];
  message: string;
  signature: string;
} = load("enrolment.json");

export function challengeOf(vector: ChallengeVector | null) {
  if (!vector) return null;
  const { operator_id, ride_id, amount_minor } = vector;
  return { operatorId: operator_id, rideId: ride_id, amountMinor: amount_minor };
}

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as T;
}
