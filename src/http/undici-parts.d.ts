/*
 * undici's index loads its fetch, WebSocket, cache and mock code as well, which doubles the start-up time
 * and the size of the bundle; this part alone is all that this project needs.
 */
declare module "undici/lib/dispatcher/client.js" {
  import { Client } from "undici";
  export default Client;
}
