// Keeps a reader in touch with the server: its clock, its list, its records.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Decision } from "./decide";
import type { Registration } from "./device";
import { Door, type Standing } from "./door";

const MEET_EVERY_MS = 20_000;

export interface AtWork {
  /** Null until it is open, "none" where this browser cannot decide by itself. */
  door: Door | "none" | null;
  standing: Standing | null;
  /** Something was decided: say anew how things stand. After the device had to decide by itself
   *  that means to see whether the server is there. */
  decided: (decision: Decision) => void;
}

export function useDoor(registration: Registration): AtWork {
  const [door, setDoor] = useState<AtWork["door"]>(null);
  const [standing, setStanding] = useState<Standing | null>(null);
  const tell = useCallback((of: Door) => of.standing().then(setStanding), []);

  const validatorId = registration.validator.validator_id;
  useEffect(() => {
    let left = false;
    void Door.open(registration).then((opened) => !left && setDoor(opened ?? "none"));
    return () => {
      left = true;
    };
  }, [validatorId]);
  const meet = useCallback(() => {
    if (door instanceof Door) void door.meetServer().then(() => tell(door));
  }, [door]);
  useEffect(() => {
    if (!(door instanceof Door)) return;
    void tell(door);
    meet();
    const timer = setInterval(meet, MEET_EVERY_MS);
    window.addEventListener("online", meet);
    window.addEventListener("offline", meet);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", meet);
      window.removeEventListener("offline", meet);
    };
  }, [door]);
  const decided = ({ flags }: Decision) => {
    if (door instanceof Door) void tell(door);
    if (flags) meet();
  };
  return { door, standing, decided };
}
