declare module "parse-prometheus-text-format" {
  export type MetricFamily = {
    name: string;
    help: string;
    type: string;
    metrics: { value?: string; labels?: Record<string, string> }[];
  };
  export default function parse(text: string): MetricFamily[];
}
