// A reader without network: what it decides, what it writes down, and how that gets to the server.
export {
  type Action,
  decideOffline,
  type Flag,
  isMetered,
  type Knowledge,
  type LetIn,
  OFFLINE_REASONS,
  type OfflineReason,
  type Opened,
  opensRide,
  type RefusedHere,
  refuseForSure,
  type ShownPass,
  staleness,
  type Wanted,
} from "./decide.js";
export { openIndexedDbReaderStore } from "./indexed-db.js";
export { type Held, type Identity, OfflineReader, type Scan } from "./reader.js";
export {
  isSignedBy,
  type OfflineRecord,
  readRecord,
  type SignedRecord,
  signRecord,
  writeRecord,
} from "./record.js";
export {
  type Answered,
  type Entry,
  type KeptRecord,
  MemoryReaderStore,
  type ReaderStore,
  type RecordName,
  type RecordState,
  type SequenceRange,
  type Situation,
} from "./store.js";
export { type Uploaded, uploadRecords } from "./upload.js";
