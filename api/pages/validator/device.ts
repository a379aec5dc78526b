// What this device is: its keys, and how the driver set it up.
import type { DeviceKey } from "@teiki/mobile-contract/pass";
import { forget, keep, kept } from "../shared/kept";
import { isMode } from "../shared/strings";
import type { Action, Mode, Validator } from "../shared/wire";

export type Facing = "environment" | "user";

export interface Setup {
  mode: Mode;
  action: Action;
  stop: { stop_id: string; name: string } | null;
  route_id: string | null;
  facing: Facing;
}

/** What may be done at a door, at a gate and for a booked ride. */
const ACTIONS: Record<Mode, readonly Action[]> = {
  bus: ["tap_on", "tap_off"],
  rail: ["gate_in", "gate_out", "tap_on", "tap_off"],
  taxi: ["hold"],
  rideshare: ["hold"],
  on_demand: ["hold"],
};

/** What an operator knows this device as, and the key that signs its records. */
export interface Registration {
  validator: Validator;
  key: DeviceKey;
}

const REGISTRATION = "validator";
const SETUP = "validator-setup";

export const keptRegistration = () => kept<Registration>(REGISTRATION);
export const keepRegistration = (registration: Registration) => keep(REGISTRATION, registration);
export const keptSetup = () => kept<Setup>(SETUP);
export const keepSetup = (setup: Setup) => keep(SETUP, setup);

/** Forgets who this device is. Its records stay: whoever is registered here next uploads them. */
export async function forgetDevice(): Promise<void> {
  await forget(REGISTRATION);
  await forget(SETUP);
}

/** What this validator may be set to; a rider who never taps off is not asked to. */
export function actionsFor(mode: Mode, validator: Validator): readonly Action[] {
  const actions = ACTIONS[mode];
  return validator.tap_off === "none" ? actions.filter((action) => action !== "tap_off") : actions;
}

/** The operator's modes that this page knows how to serve. */
export function modesOf(validator: Validator): readonly Mode[] {
  return validator.modes.filter(isMode);
}

export function firstSetup(validator: Validator): Setup {
  const mode = modesOf(validator)[0] ?? "bus";
  return { mode, action: actionsFor(mode, validator)[0] ?? "tap_on", stop: null, route_id: null, facing: "environment" };
}
