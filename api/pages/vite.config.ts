import { defaultClientConditions, defineConfig } from "vite";
import { precache } from "./build/precache.ts";

// One HTML entry per page; the API serves each at its own path and the hashed
// files under /assets. Nothing is inlined as data: the API's Content-Security-Policy
// allows scripts and styles from files of its own only.
export default defineConfig({
  base: "/",
  // Files whose addresses stay: the web app's manifests and icons.
  publicDir: "public",
  // @teiki/mobile-contract is built from its sources: one build, one place for a mistake.
  resolve: { conditions: ["source", ...defaultClientConditions] },
  worker: { format: "es" },
  plugins: [precache({ "/app": "app.html", "/validator": "validator.html" })],
  build: {
    outDir: "dist",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    // MapLibre alone is over the default limit, and only the planner loads it.
    chunkSizeWarningLimit: 1400,
    rolldownOptions: {
      input: ["app.html", "validator.html", "planner.html", "desk.html", "sign-in.html", "service-worker.ts"],
      // A worker's address stays the same: browsers look there for its next version.
      output: {
        entryFileNames: ({ name }) =>
          name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js",
      },
    },
  },
});
