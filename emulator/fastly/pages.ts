import type { FastifyRequest } from "fastify";

export type Page<T> = {
  items: T[];
  meta: { per_page: number; current_page: number; record_count: number; total_pages: number };
};

/** The page that a request asks for by `page` and `per_page`; without them, all there is. */
export function pageOf<T>(request: FastifyRequest, all: readonly T[]): Page<T> {
  const perPage = wholeNumber(request, "per_page") ?? Math.max(1, all.length);
  const page = wholeNumber(request, "page") ?? 1;
  return {
    items: all.slice((page - 1) * perPage, page * perPage),
    meta: {
      per_page: perPage,
      current_page: page,
      record_count: all.length,
      total_pages: Math.ceil(all.length / perPage),
    },
  };
}

/** The link to the next page, where there is one, as the `Link` header gives it. */
export function linkToNext(request: FastifyRequest, { current_page, total_pages }: Page<unknown>["meta"]) {
  if (current_page >= total_pages) return undefined;
  const url = new URL(request.url, `${request.protocol}://${request.host}`);
  url.searchParams.set("page", String(current_page + 1));
  return `<${url}>; rel="next"`;
}

function wholeNumber(request: FastifyRequest, name: string): number | undefined {
  const value = (request.query as Record<string, unknown>)[name];
  return typeof value === "string" && /^[1-9]\d{0,5}$/.test(value) ? Number(value) : undefined;
}
