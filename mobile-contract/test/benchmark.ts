// How long does `verifyPass` take here, against its two bare signature checks? The last line is
// JSON. Run: npm run --silent benchmark
import { sha256 } from "../src/pass/bytes.js";
import {
  CertificateCache,
  fromHex,
  importIssuerKeys,
  readCertificate,
  toHex,
  verifyPass,
} from "../src/pass/index.js";
import { ES256, messageOf } from "../src/pass/presentation.js";
import { codes, presentations } from "./vectors.js";

const ROUNDS = 2000;
const fresh = codes.cases.find(({ name }) => name === "phone pass, this second")!;
const issuerKeys = await importIssuerKeys(codes.issuer_keys);
const options = { issuerKeys, now: new Date(fresh.now) };
const cache = new CertificateCache();

const certificate = fromHex(presentations.certificate);
const issued = readCertificate(certificate);
const issuerKey = issuerKeys.get(toHex(issued.kid))!;
const point = fromHex(presentations.device_public_key_uncompressed);
const ecdsa = { ...ES256, namedCurve: "P-256" };
const deviceKey = await crypto.subtle.importKey("raw", point, ecdsa, false, ["verify"]);
const shown = presentations.cases[0]!;
const message = messageOf(fromHex(shown.body), await sha256(certificate));
const signature = fromHex(shown.signature);

const calls: Record<string, () => Promise<unknown>> = {
  verifyPass: () => verifyPass(fresh.code, options),
  verifyPassCached: () => verifyPass(fresh.code, { ...options, cache }),
  ed25519: () => genuine("Ed25519", issuerKey, issued.signature, issued.toBeSigned),
  p256: () => genuine(ES256, deviceKey, signature, message),
};

const times = new Map<string, number[]>(Object.keys(calls).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, call] of Object.entries(calls)) {
    const start = performance.now();
    await call();
    times.get(name)!.push((performance.now() - start) * 1000);
  }
}

const median = (name: string) => times.get(name)!.sort((a, b) => a - b)[ROUNDS / 2]!;
const [value, bare] = [median("verifyPass"), median("ed25519") + median("p256")];
const tenth = (microseconds: number) => Math.round(microseconds * 10) / 10;
console.log(
  JSON.stringify({
    name: "passes-typescript",
    value: tenth(value),
    unit: "us",
    baselines: [{ name: "bare_signatures", value: tenth(bare), ratio: tenth(value / bare) }],
    medians: Object.fromEntries([...times.keys()].map((name) => [name, tenth(median(name))])),
    node: process.version,
  }),
);

/** A check that fails can be over early, so only checks that hold are timed. */
async function genuine(...check: Parameters<typeof crypto.subtle.verify>): Promise<void> {
  if (!(await crypto.subtle.verify(...check))) throw new Error("the signature does not hold");
}
