// Small drawings that stand beside a word; never alone, so they are hidden from readers.
const PATHS = {
  check: "M4 12.5l5 5L20 6.5",
  cross: "M5 5l14 14M19 5L5 19",
  info: "M12 11v6M12 7.5v.1M12 3a9 9 0 100 18 9 9 0 000-18z",
  look: "M12 9v5M12 17.2v.1M12 3.5L2.5 20h19z",
  bus: "M5 4h14v13H5zM5 12h14M8 17v3M16 17v3M8.5 14.6v.1M15.5 14.6v.1M9 4v8",
  rail: "M7 3h10a2 2 0 012 2v10a2 2 0 01-2 2H7a2 2 0 01-2-2V5a2 2 0 012-2zM5 10h14M9 13.6v.1M15 13.6v.1M8 17l-2.5 4M16 17l2.5 4",
  taxi: "M4 16v-3l2.5-5h11l2.5 5v3zM4 13h16M9.5 8V5h5v3M7 16v2.500M17 16v2.5",
  rideshare: "M3 17v-3l2-4h8l2 4v3zM3 14h12M6 17v2M12 17v2M18.5 5a1.8 1.8 0 100 3.6 1.8 1.8 0 000-3.600zM16 12.500c.4-1.3 1.4-2 2.5-2s2.1.7 2.5 2V15",
  on_demand: "M7 3h6v4M7 3v18h6v-3M10 18v.1M12 9h9v7h-9zM12 13h9M14 16v2M19 16v2",
  pass: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2M20 14v3M14 20h2M18 18v2h2",
  rides: "M6 4h12v17l-3-2-3 2-3-2-3 2zM9 9h6M9 13h6",
  plan: "M3 6h18v12H3zM3 10h18M6 14.500h4",
  privacy: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  camera: "M4 7h4l1.5-2h5L16 7h4v12H4zM12 9.500a3.5 3.5 0 100 7 3.5 3.5 0 000-7z",
  paste: "M9 4h6v3H9zM9 5.500H6V20h12V5.500h-3",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  download: "M12 4v11M7.5 11l4.5 4.5 4.5-4.500M4 20h16",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  link: "M10 14a4 4 0 006 .4l3-3a4 4 0 00-5.7-5.700L12 7M14 10a4 4 0 00-6-.4l-3 3a4 4 0 005.7 5.700L12 17",
  walk: "M13 4.500v.1M12 8l-2 5 3 3v5M10 13l-3 8M12 8l4 3.5 3 .5M12 8L8 10l-1 3",
  out: "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
