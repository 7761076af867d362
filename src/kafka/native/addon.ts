/**
 * Evaluated before the package asks for its addon. In the binary, scripts/lib/bundle.ts puts another module in
 * this one's place, which awaits copyEmbeddedAddon; from the sources the package finds the addon by itself.
 */
export {};
