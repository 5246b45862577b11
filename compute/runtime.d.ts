/** What the runtime has beyond ES2023 and the types of @fastly/js-compute. */
interface String {
  /** ES2024. */
  toWellFormed(): string;
}
