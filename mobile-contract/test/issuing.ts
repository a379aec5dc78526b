// A stand-in for the issuer, so that a wallet can be tested with keys made on the spot.
import { concat } from "../src/pass/bytes.js";
import { writeArray, writeBytes, writeText, writeUnsigned } from "../src/pass/canonical.js";
import { importIssuerKeys, toHex } from "../src/pass/index.js";

const HEADER = Uint8Array.of(0xa2, 0x01, 0x32, 0x04, 0x48);
export const PASS_ID = 7;
const KID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

export async function makeIssuer() {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const { privateKey, publicKey } = pair as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  return {
    issuerKeys: await importIssuerKeys({ [toHex(KID)]: toHex(raw) }),
    /** A pass for bus, rail and taxi in area 0, with four rides and a taxi of 3,000 offline. */
    async issue(deviceKey: Uint8Array, validFrom: Date, minutes: number) {
      const values = [
        writeUnsigned(PASS_ID),
        writeUnsigned(validFrom.getTime() / 60_000),
        writeUnsigned(minutes),
        writeUnsigned(7),
        writeBytes(Uint8Array.of(0x80)),
        writeUnsigned(0),
        writeArray(writeUnsigned(4), writeUnsigned(3000)),
        writeBytes(deviceKey),
        writeUnsigned(0),
      ];
      const pairs = values.flatMap((value, index) => [Uint8Array.of(index + 1), value]);
      const payload = concat(Uint8Array.of(0xa9), ...pairs);
      const [header, none] = [writeBytes(concat(HEADER, KID)), writeBytes(new Uint8Array())];
      const message = writeArray(writeText("Signature1"), header, none, writeBytes(payload));
      const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, message));
      return writeArray(header, Uint8Array.of(0xa0), writeBytes(payload), writeBytes(signature));
    },
  };
}
