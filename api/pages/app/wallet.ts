// The pass on this phone: a key made here for each day's certificate, and what the API said
// about it in words. The private key can sign and can never be read.
import {
  createDeviceKey,
  type DeviceKey,
  fromBase64Url,
  openIndexedDbStore,
  signPassRequest,
  toBase64Url,
  Wallet,
} from "@teiki/mobile-contract/pass";
import { api } from "../shared/api";
import { now } from "../shared/clock";
import { forget, keep, kept } from "../shared/kept";
import type { IssuedPass } from "../shared/wire";

const ISSUED = "issued-pass";
const PHONE = "phone-key";

interface Issued {
  /** The resident number: a phone that changes hands must not show the last one's pass. */
  holder: string;
  pass: IssuedPass;
}

/** Today's pass of a resident: the one that is kept, or a new one for a new key.
 *  `takeOver` moves the passes here from another phone, which then stops working. */
export async function holdPass(holder: string, takeOver = false): Promise<IssuedPass> {
  const wallet = await openWallet();
  const issued = await kept<Issued>(ISSUED);
  if (issued?.holder === holder && (await wallet.find(now()))) return issued.pass;
  if (issued && issued.holder !== holder) await wallet.clear();
  return renew(wallet, holder, takeOver);
}

async function renew(wallet: Wallet, holder: string, takeOver: boolean): Promise<IssuedPass> {
  await wallet.forgetExpired(now());
  const phone = await enrolledPhone(holder, takeOver);
  const key = await createDeviceKey();
  const signature = toBase64Url(await signPassRequest([key.publicKey], phone.privateKey));
  const body = { device_public_keys: [toBase64Url(key.publicKey)], signature };
  const [pass] = (await api.post("/v1/me/passes", { body })).items;
  if (!pass) throw new Error("a pass for today was asked for, and none came");
  await wallet.add(fromBase64Url(pass.certificate), key);
  await keep(ISSUED, { holder, pass } satisfies Issued);
  return pass;
}

/** The key that this phone is known by to its resident: made once, kept when passes change. */
async function enrolledPhone(holder: string, takeOver: boolean): Promise<DeviceKey> {
  const known = await kept<{ holder: string; key: DeviceKey }>(PHONE);
  const key = known?.holder === holder ? known.key : await createDeviceKey();
  await keep(PHONE, { holder, key });
  const body = { public_key: toBase64Url(key.publicKey), replace: takeOver };
  await api.post("/v1/me/devices", { body });
  return key;
}

/** The code to show at an instant of the server's time, or null when no pass is valid then. */
export async function codeAt(at: Date): Promise<string | null> {
  const shown = await (await openWallet()).present(at);
  return shown?.text ?? null;
}

/** Forgets passes and keys: on signing out. */
export async function forgetPasses(): Promise<void> {
  await (await openWallet()).clear();
  await forget(ISSUED);
}

let wallet: Promise<Wallet> | null = null;

function openWallet(): Promise<Wallet> {
  wallet ??= openIndexedDbStore().then((store) => new Wallet(store));
  return wallet;
}
