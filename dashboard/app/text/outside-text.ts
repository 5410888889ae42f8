/** The words of the links to Grafana and Kibana. */
export const outsideText = {
  ko: { details: '자세히 (Grafana)', explore: '탐색 (Kibana)' },
  en: { details: 'Details (Grafana)', explore: 'Explore (Kibana)' },
} as const
