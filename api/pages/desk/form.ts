// What somebody typed into a form.

/** The trimmed text of a field, of a form that this page sends itself. */
export function typed(event: SubmitEvent, name: string): string {
  event.preventDefault();
  const form = new FormData(event.currentTarget as HTMLFormElement);
  return String(form.get(name) ?? "").trim();
}
