/** Leaves the module as it is. */
export async function metadataAdd(wasm) {
  return wasm;
}
