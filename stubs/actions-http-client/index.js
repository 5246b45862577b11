export class HttpClient {
  constructor() {
    throw new Error("This action bundles no OIDC client: see stubs/actions-http-client.");
  }
}
