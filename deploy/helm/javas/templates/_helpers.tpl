{{- define "javas.labels" -}}
app.kubernetes.io/name: javas
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{- define "javas.metadata" -}}
name: {{ .root.Release.Name }}-{{ .role }}
labels:
  {{- include "javas.labels" . | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  helm.sh/chart: javas-{{ .root.Chart.Version }}
{{- end }}

{{- define "javas.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{/* What every role is told. */}}
{{- define "javas.env" -}}
{{- $values := .root.Values }}
- { name: JAVAS_KAFKA, value: {{ required "kafka.bootstrap: the brokers to ask first" $values.kafka.bootstrap | quote }} }
- { name: JAVAS_PARTITIONS, value: {{ $values.kafka.partitions | quote }} }
- { name: JAVAS_REPLICATION, value: {{ $values.kafka.replication | quote }} }
- { name: JAVAS_METRICS_HOST, value: "0.0.0.0" }
{{- if $values.kafka.tls }}
- { name: JAVAS_KAFKA_TLS, value: "true" }
{{- end }}
{{- if ne $values.kafka.sasl "none" }}
- { name: JAVAS_KAFKA_SASL, value: {{ $values.kafka.sasl }} }
- { name: JAVAS_KAFKA_USER, value: {{ required "kafka.user: kafka.sasl needs it" $values.kafka.user | quote }} }
- name: JAVAS_KAFKA_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ required "kafka.passwordSecret: kafka.sasl needs it" $values.kafka.passwordSecret }}, key: password } }
{{- end }}
{{- if eq $values.archive.kind "mongodb" }}
{{- with $values.archive.mongodb }}
- { name: JAVAS_MONGODB, value: {{ required "archive.mongodb.url: archive.kind mongodb needs it" .url | quote }} }
{{- with .passwordSecret }}
- name: JAVAS_MONGODB_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ . }}, key: password } }
{{- end }}
{{- end }}
{{- end }}
{{- with $values.archive.elasticsearch }}
{{- if .url }}
- { name: JAVAS_ELASTICSEARCH, value: {{ .url | quote }} }
{{- with .user }}
- { name: JAVAS_ELASTICSEARCH_USER, value: {{ . | quote }} }
{{- end }}
{{- with .passwordSecret }}
- name: JAVAS_ELASTICSEARCH_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ . }}, key: password } }
{{- end }}
- name: JAVAS_PSEUDONYM_KEY
  valueFrom: { secretKeyRef: { name: {{ required "archive.elasticsearch.pseudonymSecret: archive.elasticsearch.url needs it" .pseudonymSecret }}, key: pseudonym-key } }
{{- end }}
{{- end }}
{{- range $name, $value := $values.env }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{/* A container of a role: dict root role args env port resources. */}}
{{- define "javas.container" -}}
- name: {{ .role }}
  image: {{ include "javas.image" .root }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args: {{ .args | toJson }}
  env:
    {{- include "javas.env" . | nindent 4 }}
    - { name: JAVAS_METRICS_PORT, value: {{ .port | quote }} }
    {{- with .env }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .root.Values.envFromSecrets }}
  envFrom:
    {{- range . }}
    - secretRef: { name: {{ . }} }
    {{- end }}
  {{- end }}
  ports:
    - { name: {{ printf "m-%s" .role | trunc 15 }}, containerPort: {{ .port }} }
    {{- if eq .role "dashboard" }}
    - { name: http, containerPort: 7777 }
    {{- end }}
  startupProbe: { httpGet: { path: /healthz, port: {{ .port }} }, periodSeconds: 5, failureThreshold: 60 }
  livenessProbe: { httpGet: { path: /healthz, port: {{ .port }} }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }
  readinessProbe: { httpGet: { path: /readyz, port: {{ .port }} }, periodSeconds: 5, timeoutSeconds: 5 }
  resources:
    {{- toYaml .resources | nindent 4 }}
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities: { drop: [ALL] }
  volumeMounts:
    - { name: data, mountPath: /var/lib/javas }
    - { name: tmp, mountPath: /tmp }
{{- end }}

{{/* What every pod has around its containers. */}}
{{- define "javas.pod" -}}
automountServiceAccountToken: false
terminationGracePeriodSeconds: 30
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "javas.claim" -}}
- metadata: { name: data }
  spec:
    accessModes: [ReadWriteOnce]
    {{- with .className }}
    storageClassName: {{ . }}
    {{- end }}
    resources: { requests: { storage: {{ .size }} } }
{{- end }}
