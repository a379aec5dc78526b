// The vectors, the same files that the Python tests read.
import { readFileSync } from "node:fs";
import type { Action, Mode } from "../src/index.js";

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
  ride: { mode: Mode; areas: number[] } | null;
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

export const cardLists: {
  card_key: string;
  references: { number: string; reference: string }[];
  issuer_keys: Record<string, string>;
  now: string;
  codes: { reference: string; code: string | null }[];
  cases: StatusListCase[];
} = load("card-lists.json");

export const enrolment: {
  phone_public_key_uncompressed: string;
  device_public_keys: string[];
  message: string;
  signature: string;
} = load("enrolment.json");

export interface RecordCase {
  name: string;
  validator_id: string;
  sequence: number;
  code: string;
  action: Action;
  mode: Mode;
  decided_at: number;
  list_issued_at: number | null;
  clock_age: number | null;
  opened: boolean;
  why: string;
  online_key: string | null;
  stop_id: string | null;
  route_id: string | null;
  trip_id: string | null;
  areas: number[];
  amount_minor: number | null;
  body: string;
  signature: string;
  signature_high_s: string;
}

export interface DecisionCase {
  name: string;
  now: number;
  certificate: { modes: number; areas: number[]; offline_caps: [number, number] };
  counter: number | null;
  wanted: { action: Action; mode: Mode; areas: number[]; amount_minor: number | null };
  known: { revoked: boolean; list_issued_at: number | null; clock_age: number | null };
  past: { counter: number | null; action: Action; mode: Mode; at: number; online: boolean }[];
  opened?: { why: string; flags: string[] };
  refused?: { reason: string; rule: string };
}

export const offlineRecords: {
  domain: string;
  validator_public_key: string;
  other_public_key: string;
  records: RecordCase[];
  bad_records: { name: string; body: string; signature: string }[];
  decisions: DecisionCase[];
} = load("offline-records.json");

export function challengeOf(vector: ChallengeVector | null) {
  if (!vector) return null;
  const { operator_id, ride_id, amount_minor } = vector;
  return { operatorId: operator_id, rideId: ride_id, amountMinor: amount_minor };
}

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as T;
}
