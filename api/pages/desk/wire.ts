// The counter's wire shapes by their short names; all come from the contract.
import type { components } from "@teiki/mobile-contract";

type Schemas = components["schemas"];

export type Person = Schemas["CounterResidentView"];
export type Receipt = Schemas["PaymentView"];
export type Drawer = Schemas["DrawerView"];
export type Closing = Schemas["ClosingView"];
export type Attested = Schemas["AttestationView"];
/** A category that may be asked for; answers may name others that are not known here yet. */
export type Category = Schemas["AttestationRequest"]["rider_category"];
export type Outcome = Attested["outcome"];
export type Loss = Schemas["LossView"];
export type Sheet = Schemas["PaperPassView"];
