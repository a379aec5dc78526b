// The pass TK1: what a phone shows, and how a reader checks it. See the package's README.
export { areasOf } from "./areas.js";
export { type Bytes, fromBase64Url, fromHex, toBase64Url, toHex } from "./bytes.js";
export { CertificateCache } from "./cache.js";
export { CardList, cardReference, readCardList } from "./cards.js";
export { MalformedError } from "./canonical.js";
export { type PassClaims, readCertificate } from "./certificate.js";
export { type Code, decodeCode, present } from "./code.js";
export { UntrustedError } from "./documents.js";
export { signPassRequest } from "./enrolment.js";
export { openIndexedDbStore } from "./indexed-db.js";
export { Ed25519MissingError, importIssuerKeys, type IssuerKeys } from "./issuer-keys.js";
export type { Challenge, Presentation } from "./presentation.js";
export { PASS_REASONS, type PassReason, type Refused } from "./reasons.js";
export { type NamedArea, type PublishedKey, readStatusList, StatusList } from "./status.js";
export { type HeldPass, MemoryStore, type PassStore } from "./store.js";
export {
  type Mode,
  refuseUncovered,
  type VerifiedPass,
  type VerifyOptions,
  verifyPass,
} from "./verify.js";
export { createDeviceKey, type DeviceKey, type ShownCode, Wallet } from "./wallet.js";
