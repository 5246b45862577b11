import v8 from "node:v8";

/*
 * undici parses HTTP in WebAssembly. After some kilobytes of responses, V8 would begin to optimize its parser, which
 * takes longer than all that a step does, and the process cannot end before that is done. Imported for its effect.
 */
v8.setFlagsFromString("--wasm-tiering-budget=1000000000");
