/** A response of GitHub's REST API. */
export type RestResponse = {
  kind: "respond";
  status: number;
  headers?: Record<string, string>;
  body?: string | object;
};

const docs = "https://docs.github.com/rest";

/** The responses of GitHub's REST API to what is wrong, as it gives them. */
export const refusals = {
  badCredentials: {
    kind: "respond",
    status: 401,
    body: { message: "Bad credentials", documentation_url: docs, status: "401" },
  },
  notPermitted: {
    kind: "respond",
    status: 403,
    body: {
      message: "Resource not accessible by integration",
      documentation_url: `${docs}/actions/workflow-runs#get-a-workflow-run-attempt`,
      status: "403",
    },
  },
  notFound: {
    kind: "respond",
    status: 404,
    body: {
      message: "Not Found",
      documentation_url: `${docs}/actions/workflow-runs#get-a-workflow-run-attempt`,
      status: "404",
    },
  },
  serverError: { kind: "respond", status: 500, body: { message: "Server Error" } },
  badGateway: {
    kind: "respond",
    status: 502,
    headers: { "content-type": "text/html" },
    body: "<!DOCTYPE html><title>Unicorn! &middot; GitHub</title>",
  },
} as const satisfies Record<string, RestResponse>;

/** The refusal of one question too many within the hour. */
export function overLimit(resetAt: Date, status: 403 | 429 = 403): RestResponse {
  return {
    kind: "respond",
    status,
    headers: limitHeaders(0, resetAt),
    body: {
      message: "API rate limit exceeded for installation ID 1234567.",
      documentation_url: `${docs}/overview/rate-limits-for-the-rest-api`,
      status: String(status),
    },
  };
}

/** The refusal of too many questions at once. */
export function overSecondaryLimit(retryAfterSeconds: number, status: 403 | 429 = 403): RestResponse {
  return {
    kind: "respond",
    status,
    headers: {
      ...limitHeaders(900, new Date(Date.now() + 3_600_000)),
      "retry-after": `${retryAfterSeconds}`,
    },
    body: {
      message:
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID 0A1B:2C3D.",
      documentation_url: `${docs}/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits`,
    },
  };
}

export function limitHeaders(remaining: number, resetAt: Date): Record<string, string> {
  return {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": `${remaining}`,
    "x-ratelimit-used": `${5000 - remaining}`,
    "x-ratelimit-reset": `${Math.ceil(resetAt.getTime() / 1000)}`,
    "x-ratelimit-resource": "core",
  };
}
