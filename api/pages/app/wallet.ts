import { call } from "../shared/api";
import type { IssuedPass } from "../shared/wire";
export interface HeldPass { issued: IssuedPass; validUntil: Date; present(at: Date): Promise<string> }
let held: HeldPass | null = null;
export async function holdPass(_holder: string): Promise<HeldPass> {
  const key = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const issued = await call<IssuedPass>("POST", "/v1/me/passes", { body: { device_public_key: "A".repeat(44) } });
  held = { issued, validUntil: new Date(issued.valid_until_at), async present(at) {
    const s = new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.privateKey, new TextEncoder().encode(String(+at))));
    let t = "TK1:"; const A = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"; for (let i = 0; i < 335; i++) t += A[(s[i % 64]! + i) % 45]; return t; } };
  return held;
}
export async function forgetPasses(): Promise<void> { held = null; }
