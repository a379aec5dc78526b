// Something to hand over: it is printed alone, whatever else is on the screen.
import type { ComponentChildren } from "preact";
import { Icon } from "../shared/icons";
import { t } from "../shared/language";
import { DESK } from "./strings";

export function Printed({ children }: { children: ComponentChildren }) {
  return (
    <div class="stack">
      <div class="printed stack tight">{children}</div>
      <button type="button" class="button primary no-print" onClick={() => window.print()}>
        <Icon name="print" />{t(DESK.print)}
      </button>
    </div>
  );
}
