// How a driver's device asks a rider's phone to sign for the price of a ride: a link to the
// resident's page, drawn as a code. It opens without network, and says nothing of anybody.
import type { Challenge } from "@teiki/mobile-contract/pass";

const START = "#approve=";
const PARTS = /^#approve=([a-z0-9-]{1,32})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,9})$/;

export function approvalLink({ operatorId, rideId, amountMinor }: Challenge): string {
  return `${location.origin}/app${START}${operatorId}.${rideId}.${amountMinor}`;
}

/** What a link's fragment asks for, or null for any other fragment. */
export function readApproval(fragment: string): Challenge | null {
  const [, operatorId, rideId, amount] = PARTS.exec(fragment) ?? [];
  if (!operatorId || !rideId || !amount) return null;
  return { operatorId, rideId, amountMinor: Number(amount) };
}
