// Tells the service worker which files each page needs, so that it can keep them (a Vite plugin).
import type { Plugin, Rolldown } from "vite";

type Bundle = Rolldown.OutputBundle;

/** Writes the files of `pages` (address -> HTML entry) into the chunk named `service-worker`. */
export function precache(pages: Readonly<Record<string, string>>): Plugin {
  return {
    name: "teiki-precache",
    enforce: "post",
    async generateBundle(_, bundle) {
      const files = Object.fromEntries(
        Object.entries(pages).map(([address, entry]) => [address, filesOf(entry, bundle)]),
      );
      const list = JSON.stringify(files);
      const build = await digest(list + htmlOf(bundle));
      const worker = chunks(bundle).find(({ name }) => name === "service-worker");
      if (!worker?.code.includes("__FILES__")) this.error("the service worker has no place for its files");
      worker.code = worker.code.replace("__FILES__", list.replaceAll('"', '\\"')).replace("__BUILD__", build);
    },
  };
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash, 0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function chunks(bundle: Bundle): Rolldown.OutputChunk[] {
  return Object.values(bundle).filter((output) => output.type === "chunk");
}

/** A page whose text alone has changed is another build too. */
function htmlOf(bundle: Bundle): string {
  const pages = Object.values(bundle).filter((output) => output.fileName.endsWith(".html"));
  return pages.map((output) => (output.type === "asset" ? String(output.source) : "")).join();
}

/** All that a page loads, now or later: its chunks, their styles, and the files that these name. */
function filesOf(entry: string, bundle: Bundle): string[] {
  const byName = new Map(chunks(bundle).map((chunk) => [chunk.fileName, chunk]));
  const first = chunks(bundle).find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${entry}`));
  if (!first) throw new Error(`the build has no page ${entry}`);
  const waiting = [first.fileName];
  const found = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const chunk = byName.get(name);
    if (chunk) waiting.push(...chunk.imports, ...chunk.dynamicImports, ...named(chunk, bundle));
  }
  return [...found].sort().map((name) => `/${name}`);
}

function named(chunk: Rolldown.OutputChunk, bundle: Bundle): string[] {
  const { importedCss, importedAssets } = chunk.viteMetadata ?? {};
  // Workers and WebAssembly are named by their address in the code.
  const spelled = Object.keys(bundle).filter((name) => chunk.code.includes(name.replace(/^assets\//, "")));
  return [...(importedCss ?? []), ...(importedAssets ?? []), ...spelled];
}
