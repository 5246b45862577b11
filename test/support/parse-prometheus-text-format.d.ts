/** A parser of Prometheus's text format that others wrote, which brings no types. */
declare module "parse-prometheus-text-format" {
  export type MetricFamily = {
    name: string;
    help: string;
    type: string;
    /** Of a histogram, `buckets` says how many were at most so much. */
    metrics: { value?: string; labels?: Record<string, string>; buckets?: Record<string, string> }[];
  };
  export default function parse(text: string): MetricFamily[];
}
