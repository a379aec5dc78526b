// Which areas does a pass cover? The bitmap of certificate key 5, most significant bit first.

export function areasOf(bitmap: Uint8Array): ReadonlySet<number> {
  const areas = new Set<number>();
  for (let number = 0; number < bitmap.length * 8; number++) {
    if (bitmap[number >> 3]! & (0x80 >> (number & 7))) areas.add(number);
  }
  return areas;
}
