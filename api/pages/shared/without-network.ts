// Has the page open without network from the next visit on.

/** Registers the service worker for this page's address; browsers without one need the network. */
export function openWithoutNetwork(address: string): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("/service-worker.js", { scope: address }).catch((error: unknown) => {
    console.warn("This page will need the network:", error);
  });
}
