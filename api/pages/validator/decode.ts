// Reads a code out of a picture with ZXing, compiled to WebAssembly and served by us:
// many desktop browsers have no BarcodeDetector.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

export async function readCode(picture: ImageData): Promise<string | null> {
  const found = await readBarcodes(picture, {
    formats: ["QRCode"],
    maxNumberOfSymbols: 1,
    textMode: "Plain",
  });
  return found.find((each) => each.isValid)?.text ?? null;
}
