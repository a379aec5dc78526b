import { defaultClientConditions, defineConfig } from "vite";

// One HTML entry per page; the API serves each at its own path and the hashed
// files under /assets. Nothing is inlined as data: the API's Content-Security-Policy
// allows scripts and styles from files of its own only.
export default defineConfig({
  base: "/",
  publicDir: false,
  // @teiki/mobile-contract is built from its sources: one build, one place for a mistake.
  resolve: { conditions: ["source", ...defaultClientConditions] },
  worker: { format: "es" },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    // MapLibre alone is over the default limit, and only the planner loads it.
    chunkSizeWarningLimit: 1400,
    rolldownOptions: {
      input: ["app.html", "validator.html", "planner.html", "sign-in.html"],
    },
  },
});
