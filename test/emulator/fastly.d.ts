/** What the tests use of Fastly's JavaScript client, which brings no types. */
declare module "fastly" {
  type Token = { id: string; access_token: string; scope: string; user_id: string };

  export class ApiClient {
    plugins: ((request: { url: string }) => void)[] | null;
    authentications: Record<string, object>;
    rateLimitRemaining: number;
    authenticate(key: string): void;
  }

  export class TokensApi {
    apiClient: ApiClient;
    constructor(client: ApiClient);
    createToken(): Promise<Token>;
    getToken(options: { token_id: string }): Promise<Token>;
    getTokenCurrent(): Promise<Token>;
    listTokensUser(): Promise<Token[]>;
    listTokensCustomer(options: { customer_id: string }): Promise<Token[]>;
    revokeToken(options: { token_id: string }): Promise<void>;
    revokeTokenCurrent(): Promise<void>;
    bulkRevokeTokens(options: { request_body: object }): Promise<void>;
  }
}
