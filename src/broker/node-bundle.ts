/* Entry of the bundle: what is loaded only where it is needed stands in the one file as well. */
import "otpauth";
import "../http/node-decode.ts";
import "../http/node-tunnel.ts";
import "./main.ts";
