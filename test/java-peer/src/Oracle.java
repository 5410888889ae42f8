import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindowedKStream;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Kafka Streams answers what a topology makes of its inputs: one case a line on standard input, one answer a line on
 * standard output, both JSON (test/oracle/oracle-case.ts says what they look like). Argument: a folder for state.
 */
public final class Oracle {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    Path state = Path.of(arguments[0]);
    BufferedReader cases = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line; (line = cases.readLine()) != null; ) {
      answers.println(answer(JSON.readTree(line), state));
      answers.flush();
    }
  }

  private static ObjectNode answer(JsonNode question, Path state) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "oracle-" + question.get("id").asText());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    // Every update comes out at once, and every final result at the record that closes its window.
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    settings.put("__emit.interval.ms.kstreams.windowed.aggregation__", question.path("emitInterval").asLong(0));
    StreamsBuilder builder = new StreamsBuilder();
    build(builder, question);
    ObjectNode answer = JSON.createObjectNode().put("id", question.get("id").asInt());
    ArrayNode results = answer.putArray("results");
    ArrayNode suppressed = answer.putArray("suppressed");
    ArrayNode after = answer.putArray("after");
    int inputs = 0;
    TopologyTestDriver driver = new TopologyTestDriver(builder.build(), settings, Instant.ofEpochMilli(0));
    try {
      TestInputTopic<String, String> input =
          driver.createInputTopic("input", new StringSerializer(), new StringSerializer());
      for (JsonNode step : question.get("inputs")) {
        if (step.has("wait")) driver.advanceWallClockTime(Duration.ofMillis(step.get("wait").asLong()));
        else if (!step.has("restart")) input.pipeInput(text(step.get("k")), text(step.get("v")), step.get("t").asLong());
        if (question.has("suppress")) {
          read(driver, "suppressed", suppressed);
          while (after.size() < suppressed.size()) after.add(inputs);
        }
        inputs++;
      }
    } catch (RuntimeException failure) {
      answer.put("failed", true);
    }
    if (!answer.has("failed")) read(driver, "results", results);
    answer.put("dropped", Math.round(driver.metrics().entrySet().stream()
        .filter(metric -> metric.getKey().name().equals("dropped-records-total"))
        .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue()).sum()));
    try {
      driver.close();
    } catch (RuntimeException ofAFailedTask) {
      // It has said what it had to say.
    }
    return answer;
  }

  private static String text(JsonNode node) {
    return node == null || node.isNull() ? null : node.asText();
  }

  private static void read(TopologyTestDriver driver, String topic, ArrayNode into) {
    TestOutputTopic<String, String> output =
        driver.createOutputTopic(topic, new StringDeserializer(), new StringDeserializer());
    for (TestRecord<String, String> record : output.readRecordsToList())
      into.add(record.key() + "=" + record.value() + "@" + record.timestamp());
  }

  private static void build(StreamsBuilder builder, JsonNode question) {
    JsonNode windows = question.get("windows");
    if (windows.get("kind").asText().equals("table")) {
      buildTable(builder, question);
      return;
    }
    KGroupedStream<String, String> grouped =
        builder.stream("input", Consumed.with(Serdes.String(), Serdes.String())).groupByKey();
    KTable<Windowed<String>, String> table = switch (windows.get("kind").asText()) {
      case "time" -> aggregate(grouped.windowedBy(TimeWindows
          .ofSizeAndGrace(millis(windows, "size"), millis(windows, "grace")).advanceBy(millis(windows, "advance"))), question);
      case "sliding" -> aggregate(grouped.windowedBy(SlidingWindows
          .ofTimeDifferenceAndGrace(millis(windows, "difference"), millis(windows, "grace"))), question);
      case "session" -> aggregate(grouped.windowedBy(SessionWindows
          .ofInactivityGapAndGrace(millis(windows, "gap"), millis(windows, "grace"))), question);
      default -> throw new IllegalArgumentException(windows.toString());
    };
    write(table, "results");
    if (question.has("suppress")) write(table.suppress(suppression(question.get("suppress"))), "suppressed");
  }

  private static void write(KTable<Windowed<String>, String> table, String topic) {
    table.toStream((key, value) -> key.key() + "[" + key.window().start() + "," + key.window().end() + "]")
        .to(topic, Produced.with(Serdes.String(), Serdes.String()));
  }

  /** Rows of a table, counted by their value. */
  private static void buildTable(StreamsBuilder builder, JsonNode question) {
    KTable<String, Long> counts = builder.table("input", Consumed.with(Serdes.String(), Serdes.String()))
        .groupBy((key, value) -> KeyValue.pair(value, value), Grouped.with(Serdes.String(), Serdes.String())).count();
    counts.toStream().mapValues(String::valueOf).to("results", Produced.with(Serdes.String(), Serdes.String()));
    if (question.has("suppress"))
      counts.suppress(Oracle.<String>limited(question.get("suppress"))).toStream().mapValues(String::valueOf)
          .to("suppressed", Produced.with(Serdes.String(), Serdes.String()));
  }

  private static KTable<Windowed<String>, String> aggregate(TimeWindowedKStream<String, String> windowed, JsonNode question) {
    if (isFinal(question)) windowed = windowed.emitStrategy(EmitStrategy.onWindowClose());
    Materialized<String, String, WindowStore<Bytes, byte[]>> text =
        kept(Materialized.with(Serdes.String(), Serdes.String()), question);
    return switch (question.get("aggregate").asText()) {
      case "count" -> windowed.count(kept(Materialized.<String, Long, WindowStore<Bytes, byte[]>>with(Serdes.String(), Serdes.Long()), question))
          .mapValues(count -> count == null ? null : count.toString());
      case "reduce" -> windowed.reduce(Oracle::join, text);
      default -> windowed.aggregate(() -> "", (key, value, joined) -> append(joined, value), text);
    };
  }

  private static KTable<Windowed<String>, String> aggregate(SessionWindowedKStream<String, String> windowed, JsonNode question) {
    if (isFinal(question)) windowed = windowed.emitStrategy(EmitStrategy.onWindowClose());
    Materialized<String, String, SessionStore<Bytes, byte[]>> text =
        kept(Materialized.with(Serdes.String(), Serdes.String()), question);
    return switch (question.get("aggregate").asText()) {
      case "count" -> windowed.count(kept(Materialized.<String, Long, SessionStore<Bytes, byte[]>>with(Serdes.String(), Serdes.Long()), question))
          .mapValues(count -> count == null ? null : count.toString());
      case "reduce" -> windowed.reduce(Oracle::join, text);
      default -> windowed.aggregate(() -> "", (key, value, joined) -> append(joined, value),
          (key, left, right) -> left.isEmpty() ? right : right.isEmpty() ? left : join(left, right), text);
    };
  }

  private static String join(String left, String right) {
    return left + "+" + right;
  }

  private static String append(String joined, String value) {
    return joined.isEmpty() ? value : join(joined, value);
  }

  private static boolean isFinal(JsonNode question) {
    return question.path("emit").asText().equals("final");
  }

  private static <V, S extends StateStore> Materialized<String, V, S> kept(Materialized<String, V, S> as, JsonNode question) {
    as.withStoreType(question.path("onDisk").asBoolean() ? Materialized.StoreType.ROCKS_DB : Materialized.StoreType.IN_MEMORY);
    return question.has("retention") ? as.withRetention(millis(question, "retention")) : as;
  }

  private static Suppressed<Windowed<?>> suppression(JsonNode suppress) {
    if (!suppress.get("until").asText().equals("close")) return limited(suppress);
    Suppressed.StrictBufferConfig buffer = Suppressed.BufferConfig.unbounded();
    if (suppress.has("maxRecords"))
      buffer = Suppressed.BufferConfig.maxRecords(suppress.get("maxRecords").asLong()).shutDownWhenFull();
    return Suppressed.untilWindowCloses(buffer);
  }

  private static <K> Suppressed<K> limited(JsonNode suppress) {
    Suppressed.BufferConfig<?> buffer = Suppressed.BufferConfig.unbounded();
    if (suppress.has("maxRecords")) {
      Suppressed.EagerBufferConfig bounded = Suppressed.BufferConfig.maxRecords(suppress.get("maxRecords").asLong());
      buffer = suppress.path("whenFull").asText().equals("fail") ? bounded.shutDownWhenFull() : bounded.emitEarlyWhenFull();
    }
    return Suppressed.untilTimeLimit(millis(suppress, "limit"), buffer);
  }

  private static Duration millis(JsonNode node, String name) {
    return Duration.ofMillis(node.get(name).asLong());
  }
}
