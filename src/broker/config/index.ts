export type {
  Configuration,
  ConfiguredStore,
  ConfiguredUser,
  LoadedConfiguration,
  Problem,
  SecretSources,
  SecretText,
} from "./configuration.ts";
export { loadConfiguration } from "./load-configuration.ts";
export { jsonSchema } from "./schema.ts";
